import type {
  Account,
  AppState,
  Attempt,
  BannerCode,
  Cause,
  Certainty,
  Door,
  DrillKind,
  DrillStage,
  Incident,
  KeyState,
  Obstacle,
  Outcome,
  Receipt,
  Sync,
  WizardFlow,
  WizardStep,
} from "../bindings";
import { account, at, DAY, everyStatus, HOUR, many, START, troubled } from "./accounts";
import { doors, manyApps, metaApp } from "./apps";
import { checking, done, ended, attempt, stalled } from "./attempt";
import { everyFact, neverSynced, receiptOf } from "./keeping";
import { laneOf, startLane } from "./lane";
import { facebookApp, offered, ofOnePerson, overFacebook, viaPage } from "./facebook";
import { onRunway } from "./runway";
import { openWizard, settle } from "./wizard";

export interface World {
  app: AppState;
  accounts: Account[];
  /** What the receipt of the last time without access holds; null: access was never gone. */
  gap: null | "few" | "long" | "open" | "none";
  /** What `receipt` answers; left out: that everything came back. */
  receipt?: Receipt | null;
}

function calm(): AppState {
  return {
    version: "0.1.0",
    practice: null,
    clock_offset_ms: START - Date.now(),
    key: { state: "ready", storage: "keychain" },
    banner: null,
    unreadable: [],
    obstacle: null,
    attempt: null,
    undo: null,
    settings: {
      theme: "system",
      density: "comfortable",
      countdown: "days_left",
      order: "severity",
      language: "en",
      auto_renew: true,
      renew_after_days: 7,
      paused_until: null,
      check_every_minutes: 60,
      start_with_computer: true,
      close_to_tray: true,
      notices: {
        allowed: true,
        disconnected: true,
        blocked: true,
        renewal_late: true,
        expired: true,
        limited: true,
        recovered: false,
        weekly: false,
        quiet_from: null,
        quiet_until: null,
        hide_names: false,
      },
    },
    credentials: [metaApp("1234567890123456", { accounts: 13 })],
    doors,
    data_dir: "/home/ada/.local/share/app.relink.desktop",
    incidents: [],
    lane: null,
    provider: { paused_until: null, reason: null, usage_percent: 12 },
    desktop: { tray: true, notices: true, starts_at_login: true },
  };
}

const causeOf: Record<WizardFlow, Cause> = {
  password: "password_or_security_change",
  security_setting: "password_or_security_change",
  expired: "expired",
  checkpoint: "checkpoint",
  app_removed: "app_removed",
  permission: "permission_missing",
  personal: "not_professional",
  repeated: "logged_out",
  unknown: "access_ended",
};

/** The account that scenes with one account are about. */
export const HERO = account(1, "shop_north").id;

/**
 * A world by name: `welcome`, `well`, `few`, `long`, `practice`, `banner-E-NET`, `key-keychain_locked`,
 * `obstacle-damaged`, `attempt-waiting`, `outcome-user_denied`, `cause-checkpoint-likely`, `flow-password-delete`,
 * `cause-role_lost-proved-facebook`, `flow-password-prepare-facebook` …
 * `return-{wrong,personal,known,scopes}`, `lane-2`, `runway-failing`, `calendar`, `incident-accounts`, `ask-notices`, `no-tray`, `provider-resting`,
 * `setup-{none,direct,fresh}`, `apps-{none,several,trouble,long}`, `two-apps`, `two-both`, `facebook-declined`, `pages-many` … The parts of a
 * name are joined by "-". Anything else: two dozen accounts in every status.
 */
export function scene(name: string, count: number | null): World {
  const app = calm();
  let receipt: World["receipt"];
  const [kind = "", first = "", second = "", third = ""] = name.split("-");
  const rest = name.slice(kind.length + 1);
  let gap: World["gap"] = null;
  let accounts = count === null ? everyStatus() : many(count);
  const hero = accounts[0] ?? account(1, "shop_north");

  switch (kind) {
    case "welcome":
      accounts = [];
      app.key = { state: "not_needed_yet", storage: null };
      if (first === "setup") app.credentials = [];
      break;
    case "setup":
      accounts = [];
      app.credentials = first === "fresh" ? manyApps("fresh") : [];
      if (first === "direct") app.doors = { ...doors, direct: true, registered: "http://127.0.0.1:40123/callback" };
      break;
    case "apps":
      app.credentials = first === "none" ? [] : manyApps(first);
      break;
    case "well":
      accounts = Array.from({ length: 48 }, (_, index) => account(index, `client_${String(index).padStart(2, "0")}`));
      break;
    case "few":
      accounts = accounts.slice(0, 3);
      break;
    case "long":
      accounts = accounts.map((it, index) => ({
        ...it,
        username: `${it.username}_with_a_very_long_name_${index}`.slice(0, 30),
        name: "Gesellschaft für Donaudampfschifffahrt und Binnenhafenlogistik",
        label: index % 2 ? "International brand partnerships and long-term clients" : "",
      }));
      break;
    case "paused":
      app.settings = { ...app.settings, paused_until: at(DAY) };
      break;
    case "practice":
      app.practice = { outage: "none", control_page: "http://127.0.0.1:40123/control", seeding: first === "seeding", drill: null };
      if (first === "drill") app.practice.drill = { kind: second as DrillKind, account_id: hero.id, stage: (third || "running") as DrillStage };
      if (first === "seeding") accounts = [];
      break;
    case "undo":
      accounts = accounts.map((it, index) => (index < Number(first || 1) ? { ...it, status: "removed" } : it));
      app.undo = { account_ids: accounts.slice(0, Number(first || 1)).map((it) => it.id), until: at(10_000) };
      break;
    case "dark":
    case "light":
      app.settings = { ...app.settings, theme: kind };
      break;
    case "compact":
      app.settings = { ...app.settings, density: "compact" };
      break;
    case "banner":
      app.banner = { code: rest as BannerCode, since: at(0), retry_at: at(1_200_000), count: 12, minutes: 7 };
      break;
    case "key":
      app.key = { state: first as KeyState, storage: second === "new" ? null : first === "passphrase_needed" ? "passphrase" : "keychain" };
      break;
    case "obstacle":
      app.obstacle = {
        code: first === "newer_version" ? "E-VERSION" : "E-DB",
        reason: first as Obstacle["reason"],
        path: `${app.data_dir}/relink.db`,
        backup_at: first === "damaged" ? at(-DAY) : null,
      };
      break;
    case "attempt":
      app.attempt = { waiting: attempt(null), nobrowser: attempt(null, { browser_opened: false }), checking: checking(null), stalled: stalled(null), done: done(hero, false), known: done(hero, true), rejected: attempt(null, { last_rejection: "state_unknown" }), asks: attempt(null, { opened_at: at(-90_000) }) }[first] ?? null;
      if (app.attempt && third === "facebook") app.attempt = overFacebook(app.attempt);
      if (app.attempt && second) app.attempt = through(app.attempt, second as Door);
      break;
    case "outcome":
      app.attempt = ended(first as Outcome, hero);
      if (second === "facebook") app.attempt = overFacebook(app.attempt);
      break;
    case "two":
      app.credentials = [
        metaApp("1234567890123456", { name: "Own accounts", accounts: 13 }),
        metaApp("2345678901234567", { name: "Clients of the agency in the north and the south", accounts: 4, door: "certificate", redirect_address: doors.certificate }),
        ...(first === "both" ? [facebookApp] : []),
      ];
      break;
    case "facebook":
      app.credentials = [facebookApp];
      accounts = ofOnePerson(first);
      break;
    case "pages":
      app.credentials = [facebookApp];
      accounts = ofOnePerson("");
      app.attempt = overFacebook(attempt(null, { phase: "pages", signed_in: "done", pages: offered(first) }));
      break;
    case "cause":
      accounts[0] = troubled(1, "shop_north", first as Cause, (second || "proved") as Certainty);
      break;
    case "facts":
      accounts[0] = { ...hero, facts: everyFact(hero), ticked: ["two_factor", "keep_app"] };
      break;
    case "media":
      accounts[0] = syncing(hero, first);
      break;
    case "gap":
      gap = first as World["gap"];
      accounts[0] = syncing(hero, first === "open" ? "running" : "resting");
      break;
    case "runway":
      accounts[0] = onRunway(hero, first);
      if (first === "paused") app.settings = { ...app.settings, paused_until: at(2 * DAY) };
      if (first === "off") app.settings = { ...app.settings, auto_renew: false };
      break;
    case "calendar":
      accounts = spread(first === "one" ? 1 : accounts.length);
      break;
    case "incident":
      inIncident(app, accounts, first === "app" ? "app" : "accounts");
      break;
    case "ask":
      app.settings.notices.allowed = first === "notices" ? null : true;
      app.settings.start_with_computer = null;
      accounts = accounts.slice(14, 15);
      break;
    case "quiet":
      app.settings.notices = { ...app.settings.notices, quiet_from: "22:00", quiet_until: "07:00" };
      break;
    case "no":
      app.desktop = { tray: false, notices: false, starts_at_login: null };
      break;
    case "provider":
      if (first === "resting") app.provider = { paused_until: at(20 * 60_000), reason: "rate_limited", usage_percent: 100 };
      else app.provider = { paused_until: null, reason: null, usage_percent: 86 };
      break;
    case "flow":
      accounts[0] = inWizard(first as WizardFlow, (second || "happened") as WizardStep);
      if (second === "finish" && first !== "checkpoint") app.attempt = done(accounts[0], true);
      if (third === "lost") receipt = receiptOf(accounts[0], true);
      // Of a checkpoint that was confirmed nothing had to be deleted.
      if (third === "never" || (first === "checkpoint" && second === "finish")) receipt = null;
      break;
    case "return":
      accounts[0] = inWizard("password", "sign_in");
      app.attempt = ended(first === "scopes" ? "scope_rejected" : "wrong_account", hero);
      if (first === "personal" && app.attempt.returned) app.attempt.returned.account_type = "personal";
      if (first === "known" && app.attempt.returned) app.attempt.returned = { ...app.attempt.returned, id: accounts[12]?.id ?? "", username: "cafe_central" };
      break;
    case "lane":
      inLane(app, accounts, Number(first || 0));
      break;
  }
  if ((kind === "cause" || kind === "flow") && name.endsWith("-facebook") && accounts[0]) {
    accounts[0] = viaPage(accounts[0]);
    app.credentials = [...app.credentials, facebookApp];
  }
  return receipt === undefined ? { app, accounts, gap } : { app, accounts, gap, receipt };
}

/** An attempt through another way back. */
function through(it: Attempt, door: Door): Attempt {
  return { ...it, door, redirect_address: door === "direct" ? doors.listen : door === "bounce" ? doors.registered : door === "paste" ? doors.certificate : doors[door] };
}

/** An account whose media are in one of the states of a sync, or lost with its access. */
function syncing(it: Account, state: string): Account {
  const well = account(1, it.username);
  const sync: Sync = { state: "resting", done: 0, total: 1310, until: null, cause: null, last_at: at(-48 * 60_000) };
  const kept = { ...it.kept, media: 1204 };
  switch (state) {
    case "never":
      return { ...well, sync: neverSynced };
    case "running":
      return { ...well, kept: { ...kept, media: 412 }, sync: { ...sync, state, done: 412, last_at: null } };
    case "unknown":
      return { ...well, kept: { ...kept, media: 412 }, sync: { ...sync, state: "running", done: 412, total: null } };
    case "waiting":
      return { ...well, kept, sync: { ...sync, state, done: 1204, until: at(20 * 60_000), cause: "rate_limited" } };
    case "stopped":
      return { ...well, kept, sync: { ...sync, state } };
    case "failed":
      return { ...well, kept, sync: { ...sync, state, cause: "provider_fault" } };
    case "empty":
      return { ...well, sync: { ...sync, total: 0 } };
    case "lost":
      return { ...it, kept, sync: { ...sync, last_at: at(-3 * DAY) } };
    default:
      return { ...well, kept, sync };
  }
}

/** Six accounts are mended in a row, three of them of one log-in; `done` of them are through. */
function inLane(app: AppState, accounts: Account[], done: number): void {
  accounts.splice(0, 6, ...accounts.slice(0, 6).map((it, index) => ({ ...it, login: index % 2 ? "Kim at the agency" : index === 0 ? "" : "Robin" })));
  const lane = startLane(accounts.slice(0, 6));
  if (lane === null) return;
  for (const id of lane.order.slice(0, done)) {
    const index = accounts.findIndex((it) => it.id === id);
    const it = accounts[index];
    if (it) accounts[index] = account(index + 1, it.username, { login: it.login });
  }
  app.lane = laneOf(lane, new Map(accounts.map((it) => [it.id, it])));
}

/** Accounts whose renewals and ends lie on many days; every ninth does not renew by plan. */
function spread(count: number): Account[] {
  return Array.from({ length: count }, (_, index) => {
    const it = account(100 + index, `client_${String(index).padStart(3, "0")}`);
    if (index % 9 !== 4) return it;
    return {
      ...it,
      status: "renewal_late",
      renewal_failures: 3,
      expires_at: at(((index * 7) % 58) * DAY + 5 * HOUR),
      renew_due_at: at(-DAY),
      next_try_at: at(2 * HOUR),
    };
  });
}

/** Three accounts fail together, or the app as a whole is refused. */
function inIncident(app: AppState, accounts: Account[], kind: Incident["kind"]): void {
  const cause: Cause = kind === "app" ? "app_problem" : "logged_out";
  const ids = accounts.slice(0, kind === "app" ? 12 : 5).filter((it) => it.status !== "removed").map((it) => it.id);
  const id = "incident-1";
  accounts.forEach((it, index) => {
    if (ids.includes(it.id)) accounts[index] = { ...troubled(index + 1, it.username, cause, "likely"), incident_id: id };
  });
  app.incidents = [
    {
      id,
      kind,
      since: at(-2 * HOUR),
      cause,
      certainty: "likely",
      account_ids: ids,
      shared: ["answer", "app"],
      app: null,
      label: null,
    },
  ];
  if (kind === "app") app.banner = { code: "E-APP", since: at(-2 * HOUR), retry_at: at(HOUR), count: ids.length, minutes: null };
}

function inWizard(flow: WizardFlow, step: WizardStep): Account {
  const it = troubled(1, "shop_north", causeOf[flow], flow === "repeated" ? "likely" : flow === "unknown" ? "unknown" : "proved");
  Object.assign(it, { kept: { history: 35, media: 1204, has_notes: true }, notes: "Ask Kim before posting on Sundays." });
  if (flow === "repeated") it.facts.push({ kind: "lost_before", at: null, count: 3 });
  const opened = openWizard(it, flow);
  const deleted = step === "two_factor" || step === "sign_in";
  it.wizard = settle({
    ...opened,
    way: step === "happened" ? opened.way : "full",
    step,
    deleted: deleted || (step === "finish" && flow !== "checkpoint"),
    can_undo_delete: deleted,
  });
  if (step === "finish") it.wizard.answers = Object.fromEntries(it.wizard.required.map((tick) => [tick, "yes"]));
  if (deleted) Object.assign(it, { status: "removed", expires_at: null, removed_at: at(0) });
  if (step === "finish") Object.assign(it, { status: "connected", diagnosis: null, expires_at: at(60 * DAY - 1000) });
  return it;
}
