import type { Account, AppState, CommandError, Entry, Patch } from "./bindings";
import type { Bridge, Events } from "./bridge";
import type { Commands } from "./commands";
import { account as fresh, at, DAY, diagnose, HOUR } from "./memory/accounts";
import { checkOf, imported, metaApp, wayBack } from "./memory/apps";
import { begun, done } from "./memory/attempt";
import { explained, gapOf, manifestOf, mediaOf, receiptOf } from "./memory/keeping";
import { laneOf, skipFirst, startLane, type LaneOrder } from "./memory/lane";
import { runwayOf } from "./memory/runway";
import { viaPage } from "./memory/facebook";
import { scene } from "./memory/scenes";
import { answer, move, openWizard, settle } from "./memory/wizard";

/** What tests see of the world behind the bridge. */
export interface MemoryBridge extends Bridge {
  /** Every command that was called, in order, with its arguments. */
  calls: { name: string; args: unknown }[];
  /** Changes the world as the core would, and tells the page. */
  change(app: Partial<AppState> | null, accounts?: Account[], erased?: string[]): void;
  /** From now on this command fails. */
  refuse(name: keyof Commands, code: CommandError["code"]): void;
  /** Sends a patch as it stands, gaps included. */
  send<E extends keyof Events>(event: E, payload: Events[E]): void;
}

const refuse = (code: CommandError["code"]): never => {
  throw { code } satisfies CommandError;
};

/**
 * A core that lives in the page: for designing, tests and screenshots. It answers at once and deterministically;
 * nothing happens in it by itself. Parameters: `scene`, `n` (how many accounts).
 */
export function memoryBridge(parameters: URLSearchParams): MemoryBridge {
  const n = parameters.get("n");
  const world = scene(parameters.get("scene") ?? "", n === null ? null : Number(n));
  const theme = parameters.get("theme");
  if (theme === "light" || theme === "dark") world.app.settings = { ...world.app.settings, theme };
  let { app } = world;
  const accounts = new Map(world.accounts.map((it) => [it.id, it]));
  let lane: LaneOrder | null = app.lane && { order: [...app.lane.done, ...app.lane.waiting, ...app.lane.skipped], skipped: app.lane.skipped };
  let seq = 1;
  let deleted: Account[] = [];
  const refused = new Map<keyof Commands, CommandError["code"]>();
  const calls: MemoryBridge["calls"] = [];
  const heard: { [E in keyof Events]: Set<(payload: Events[E]) => void> } = {
    patch: new Set(),
    reset: new Set(),
    navigate: new Set(),
    closed_to_tray: new Set(),
  };

  const send: MemoryBridge["send"] = (event, payload) => heard[event].forEach((listener) => listener(payload));
  const change: MemoryBridge["change"] = (next, changed = [], erased = []) => {
    if (next !== null) app = { ...app, ...next };
    for (const it of changed) accounts.set(it.id, it);
    for (const id of erased) accounts.delete(id);
    // The lane is worked out anew from the accounts, as the core does it.
    const moved = lane !== null || app.lane !== null;
    if (moved) app = { ...app, lane: lane && laneOf(lane, accounts) };
    seq += 1;
    const patch: Patch = { seq, app: next === null && !moved ? null : app, accounts: changed, erased };
    send("patch", patch);
  };
  const get = (id: string): Account => accounts.get(id) ?? refuse("unknown_account");
  const wizardOf = (id: string) => get(id).wizard ?? refuse("not_possible");
  const setWizard = (id: string, wizard: Account["wizard"]): void => change(null, [{ ...get(id), wizard }]);
  const mended = (it: Account): Account => ({
    ...it,
    status: "connected",
    diagnosis: null,
    removed_at: null,
    expires_at: at(60 * DAY - HOUR),
    renew_due_at: at(7 * DAY),
    last_checked_at: at(0),
    wizard: it.wizard && { ...it.wizard, step: "finish", can_undo_delete: false },
  });
  const remove = (it: Account): Account => ({ ...it, status: "removed", removed_at: at(0), renew_due_at: null });

  const commands: Commands = {
    snapshot: async ({ from }) => {
      const all = [...accounts.values()];
      return { seq, app, accounts: all.slice(from, from + 2000), more: from + 2000 < all.length };
    },
    check: async ({ ids }) => change(null, ids.map((id) => ({ ...get(id), last_checked_at: at(0) }))),
    renew: async ({ ids }) => change(null, ids.map((id) => ({ ...get(id), expires_at: at(60 * DAY - 1) }))),
    connect: async (wanted) => change({ attempt: begun(wanted, wanted.expected === null ? null : get(wanted.expected), app) }),
    reopen_browser: async () => {},
    copy_consent_link: async () => {},
    submit_callback: async ({ address }) => {
      const open = app.attempt ?? refuse("not_possible");
      if (!address.includes("code=")) {
        change({ attempt: { ...open, last_rejection: "redirect_malformed" } });
        return;
      }
      const known = open.expected_id === null ? null : get(open.expected_id);
      const it = mended(known ?? fresh(9999, "new_account"));
      change({ attempt: done(it, known !== null) }, [it]);
    },
    keep_with_limits: async () => change({ attempt: null }),
    add_returned_account: async () => change({ attempt: null }),
    cancel_attempt: async () => change({ attempt: null }),
    acknowledge_attempt: async () => change({ attempt: null }),
    add_token: async () => refuse("invalid_input"),
    add_tokens: async ({ text }) => imported(text) ?? refuse("invalid_input"),
    revoke: async ({ id }) => {
      const gone = [id, ...get(id).shares_grant_with].map(get);
      change(null, gone.map((it) => ({ ...it, status: "revoked", diagnosis: diagnose("app_removed") })));
    },
    choose_pages: async ({ ids }) => {
      const open = app.attempt ?? refuse("not_possible");
      const chosen = open.pages.filter((it) => ids.includes(it.page_id) && it.account_id !== null);
      if (chosen.length === 0) refuse("invalid_input");
      const added = chosen.map((it, index) => viaPage(fresh(9000 + index, it.username ?? it.page_name, { id: it.account_id ?? "" })));
      change({ attempt: { ...done(added[0] ?? refuse("internal"), false), route: "facebook", app: open.app, pages: chosen } }, added);
    },

    delete_accounts: async ({ ids }) => {
      deleted = [...deleted, ...ids.map(get)];
      change({ undo: { account_ids: deleted.map((it) => it.id), until: at(10_000) } }, ids.map((id) => remove(get(id))));
    },
    undo_delete: async () => {
      change({ undo: null }, deleted);
      deleted = [];
    },
    erase_account: async ({ id }) => change(null, [], [id]),
    set_label: async ({ id, label }) => change(null, [{ ...get(id), label }]),
    set_notes: async ({ id, notes }) => change(null, [{ ...get(id), notes }]),
    history: async ({ account_id, before, limit }) => {
      const all = [...accounts.values()].filter((it) => account_id === null || it.id === account_id);
      const entries = all.flatMap(journal).sort((a, b) => (a.at < b.at ? 1 : -1));
      const from = before === null ? 0 : entries.findIndex((it) => it.id === before) + 1;
      return entries.slice(from, from + limit);
    },

    runway: async ({ id }) => runwayOf(get(id), app),

    set_login: async ({ id, login }) => change(null, [{ ...get(id), login }]),
    tick: async ({ id, advice, done: ticked }) => {
      const others = get(id).ticked.filter((it) => it !== advice);
      change(null, [{ ...get(id), ticked: ticked ? [...others, advice] : others }]);
    },
    explain: async ({ text }) => (/[a-z0-9]/i.test(text) ? explained(text) : refuse("invalid_input")),
    manifest: async ({ id }) => manifestOf(get(id)),
    receipt: async ({ id }) => (world.receipt === undefined ? receiptOf(get(id)) : world.receipt),
    sync: async ({ ids }) =>
      change(null, ids.map((id) => ({ ...get(id), sync: { ...get(id).sync, state: "running", done: 412, total: 1310 } }))),
    stop_sync: async ({ id }) => change(null, [{ ...get(id), sync: { ...get(id).sync, state: "stopped" } }]),
    media: async ({ id, from, limit }) => {
      const { media } = get(id).kept;
      return { items: mediaOf(get(id), from, limit), kept: media, more: from + limit < media };
    },
    gap: async ({ id }) => gapOf(get(id), world.gap),
    save_gap: async ({ id }) => `/home/ada/Downloads/relink-gap-${get(id).username}.csv`,
    lane_start: async ({ ids }) => {
      lane = startLane(ids.map(get)) ?? refuse("not_possible");
      change(null);
    },
    lane_skip: async () => {
      lane = lane && skipFirst(lane, accounts);
      change(null);
    },
    lane_close: async () => {
      lane = null;
      change(null);
    },

    wizard_open: async ({ id }) => {
      if (get(id).wizard === null) setWizard(id, openWizard(get(id)));
    },
    wizard_choose_way: async ({ id, way }) => setWizard(id, settle({ ...wizardOf(id), way, step: "happened" })),
    wizard_answer: async ({ id, key, value }) => setWizard(id, answer(wizardOf(id), key, value)),
    wizard_next: async ({ id }) => {
      const it = get(id);
      const wizard = wizardOf(id);
      if (wizard.step === "delete" && !wizard.deleted) {
        change(null, [{ ...remove(it), wizard: move({ ...wizard, deleted: true, can_undo_delete: true }, 1) }]);
      } else if (wizard.step === "prepare" && wizard.flow === "checkpoint") {
        setWizard(id, { ...wizard, check_again_at: at(600_000) });
      } else setWizard(id, move(wizard, 1));
    },
    wizard_back: async ({ id }) => {
      const back = move(wizardOf(id), -1);
      const restored = back.step === "delete" && back.can_undo_delete;
      const wizard = restored ? { ...back, deleted: false, can_undo_delete: false } : back;
      change(null, [{ ...get(id), wizard, ...(restored ? { status: "revoked", removed_at: null } : {}) }]);
    },
    wizard_close: async ({ id }) => setWizard(id, null),

    update_settings: async ({ settings }) => change({ settings }),
    remind: async () => {},
    test_notice: async () => {},
    quit: async () => {},
    set_credentials: async ({ route, app_id }) =>
      change({ credentials: [metaApp(app_id, { route }), ...app.credentials.filter((it) => it.route !== route)] }),
    save_app: async ({ app: entered }) => {
      if (!/^\d{5,20}$/.test(entered.app_id)) refuse("invalid_input");
      const before = app.credentials.find((it) => it.id === entered.id);
      const { route, name, config_id } = entered;
      const secret_saved = entered.app_secret !== null || (before?.secret_saved ?? false);
      const id = `${route}:${entered.app_id}`;
      const { app_id } = entered;
      const saved = metaApp(app_id, { ...before, ...wayBack(entered, before, app.doors), id, app_id, route, name, config_id, secret_saved });
      const others = app.credentials.filter((it) => it !== before && it.id !== saved.id);
      change({ credentials: before ? app.credentials.map((it) => (it === before ? saved : it)) : [...others, saved] });
    },
    remove_app: async ({ id }) => {
      const it = app.credentials.find((one) => one.id === id) ?? refuse("unknown_app");
      if (it.accounts > 0) refuse("app_in_use");
      change({ credentials: app.credentials.filter((one) => one !== it) });
    },
    check_app: async ({ id }) => {
      const it = app.credentials.find((one) => one.id === id) ?? refuse("unknown_app");
      return checkOf(it);
    },
    save_bounce_page: async () => "/home/ada/Downloads/relink-return.html",
    retry_key: async () => change({ key: { state: "ready", storage: "keychain" } }),
    unlock: async ({ passphrase }) => {
      if (passphrase !== "correct horse") refuse("passphrase_wrong");
      change({ key: { state: "ready", storage: "passphrase" } });
    },
    choose_key_storage: async ({ storage }) => change({ key: { state: "ready", storage } }),
    open_link: async () => {},
    copy_text: async () => {},
    show_data_folder: async () => {},
    restore_backup: async () => change({ obstacle: null }),
    start_practice: async () => change({ practice: { outage: "none", control_page: "", seeding: false, drill: null } }),
    leave_practice: async () => change({ practice: null }),
    practice: async ({ action }) => {
      if (action.kind === "advance") change({ clock_offset_ms: app.clock_offset_ms + action.hours * HOUR });
      const { practice } = app;
      if (practice === null) return;
      if (action.kind === "outage") change({ practice: { ...practice, outage: action.outage } });
      const [first] = [...accounts.values()].filter((it) => it.status === "connected");
      if (action.kind === "drill" && first) {
        change({ practice: { ...practice, drill: { kind: action.drill, account_id: first.id, stage: "running" } } });
      }
      if (action.kind === "end_drill" && practice.drill) {
        change({ practice: { ...practice, drill: { ...practice.drill, stage: "given_up" } } });
      }
    },
  };

  return {
    commands: new Proxy(commands, {
      get: (all, name: keyof Commands) => (args: never) => {
        calls.push({ name, args });
        const code = refused.get(name);
        if (code !== undefined) return Promise.reject({ code } satisfies CommandError);
        return all[name](args);
      },
    }),
    listen: async (event, listener) => {
      heard[event].add(listener as never);
      return () => heard[event].delete(listener as never);
    },
    calls,
    refuse: (name, code) => refused.set(name, code),
    change,
    send,
  };
}

function journal(it: Account): Entry[] {
  const entry = (kind: Entry["kind"], ms: number, more: Partial<Entry> = {}): Entry => ({
    id: `${it.id}-${ms}`,
    at: at(ms),
    account_id: it.id,
    username: it.username,
    kind,
    diagnosis: null,
    params: {},
    ...more,
  });
  const times = it.facts.find(({ kind }) => kind === "lost_before")?.count ?? 1;
  const losses = Array.from({ length: times }, (_, index) => entry("lost", -2 * HOUR - index * 9 * DAY, { diagnosis: it.diagnosis }));
  const lost = it.diagnosis === null ? [] : losses;
  return [
    ...lost,
    entry("renewed", -DAY - 60_000 * Number(it.id.slice(-2))),
    ...changes(it, entry),
    entry("check_failed", -2 * DAY, { diagnosis: diagnose("network", "likely") }),
    entry("connected", -200 * DAY),
  ];
}

/** What a look at the account found changed: its name, its type, its permissions. */
function changes(it: Account, entry: (kind: Entry["kind"], ms: number, more: Partial<Entry>) => Entry): Entry[] {
  if (Number(it.id.slice(-2)) % 5 !== 1) return [];
  const publish = "instagram_business_content_publish";
  const both = `${publish},instagram_business_manage_comments`;
  return [
    entry("profile_changed", -3 * DAY, { params: { field: "username", old: "north_shop", new: it.username } }),
    entry("profile_changed", -3 * DAY - HOUR, { params: { field: "account_type", old: "creator", new: "business" } }),
    entry("profile_changed", -3 * DAY - 2 * HOUR, { params: { field: "name", old: "North", new: "Shop North" } }),
    entry("permissions_changed", -4 * DAY, { params: { lost: "", gained: both } }),
    entry("permissions_changed", -5 * DAY, { params: { lost: publish, gained: "" } }),
  ];
}
