import { getContext, setContext } from "svelte";
import { learn, t } from "../i18n";
import type { Account, AppState, Link, Settings } from "../ipc/bindings";
import type { Bridge } from "../ipc/bridge";
import { errorCode, Model } from "./app.svelte";
import { Clock } from "./clock.svelte";
import { ListView } from "./list.svelte";
import { Announcer, Toasts } from "./messages.svelte";
import { Router } from "./router.svelte";
import { looks, type RowAction } from "./status";

/** A question that needs an answer before something cannot be undone or touches many accounts. */
export type Question = { kind: "delete"; ids: string[] } | { kind: "erase"; account: Account } | { kind: "label"; ids: string[] };

/** Everything the screens share; handed down by context. */
export class Ui {
  readonly clock = new Clock();
  readonly router = new Router();
  readonly toasts = new Toasts();
  readonly announcer = new Announcer();
  readonly model: Model;
  readonly list: ListView;

  question = $state.raw<Question | null>(null);
  paletteOpen = $state(false);
  practiceOpen = $state(false);

  constructor(bridge: Bridge) {
    this.model = new Model(bridge, this.clock);
    this.list = new ListView(this.model);
    this.model.onNavigate = (hash) => this.router.open(hash);
    this.model.onClosedToTray = () => this.toasts.say(t("app.keptRunning"));
    this.model.onChange = (before, after) => this.#announce(before, after);
  }

  get commands(): Bridge["commands"] {
    return this.model.commands;
  }

  /** The core's view; only for screens that are shown after it came. */
  get app(): AppState {
    const { app } = this.model;
    if (app === null) throw new Error("The view is not here yet");
    return app;
  }

  /** Does what a press asked for; a refusal is told in words. Gives whether it was accepted. */
  async run(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      // Seldom needed, so not among the words of the start.
      learn((await import("virtual:words/error")).default);
      this.toasts.say(t(`error.${errorCode(error)}`), "error");
      return false;
    }
  }

  /** No timer runs while the page is hidden; gives what ends this. */
  rest(page: Document): () => void {
    const turn = (): void => {
      this.toasts.rest(page.hidden);
      this.announcer.rest(page.hidden);
    };
    page.addEventListener("visibilitychange", turn);
    return () => page.removeEventListener("visibilitychange", turn);
  }

  open(link: Link): Promise<boolean> {
    return this.run(() => this.commands.open_link({ link }));
  }

  async copy(text: string): Promise<void> {
    if (await this.run(() => this.commands.copy_text({ text }))) this.toasts.say(t("action.copied"));
  }

  /** Fetches media; no ids: of every account that works. */
  async sync(ids: string[]): Promise<void> {
    if (await this.run(() => this.commands.sync({ ids }))) this.toasts.say(t("menu.syncing"));
  }

  change(settings: Partial<Settings>): Promise<boolean> {
    return this.run(() => this.commands.update_settings({ settings: { ...this.app.settings, ...settings } }));
  }

  /** Changes between the person's own accounts and made-up ones; the list begins anew. */
  async switchPractice(on: boolean): Promise<void> {
    if (!(await this.run(() => (on ? this.commands.start_practice() : this.commands.leave_practice())))) return;
    this.practiceOpen = false;
    this.list.query = "";
    this.list.filter = null;
    this.list.clearSelection();
    this.router.go({ page: "accounts", id: null });
  }

  /**
   * One account goes at once and can be undone; several are asked about, and so is one that fails only because
   * Instagram refuses the app: deleting it mends nothing, and it could not be added again.
   */
  delete(ids: string[]): void {
    if (ids.length > 1 || ids.some((id) => this.list.held.has(id))) this.question = { kind: "delete", ids };
    else if (ids.length === 1) void this.deleteNow(ids);
  }

  async deleteNow(ids: string[]): Promise<void> {
    const { list, router } = this;
    const last = ids.at(-1);
    if (last !== undefined && list.focused !== null && ids.includes(list.focused)) {
      const below = list.accounts.slice((list.index.get(last) ?? 0) + 1).find((it) => !ids.includes(it.id));
      list.focused = below?.id ?? list.accounts.findLast((it) => !ids.includes(it.id))?.id ?? null;
    }
    if (!(await this.run(() => this.commands.delete_accounts({ ids })))) return;
    list.clearSelection();
    const { place } = router;
    if (place.page === "accounts" && place.id !== null && ids.includes(place.id)) {
      router.go({ page: "accounts", id: null });
    }
  }

  async undo(): Promise<void> {
    if (this.model.app?.undo == null) return;
    if (await this.run(() => this.commands.undo_delete())) this.announcer.say(t("undo.done"));
  }

  /** The main action of an account's row. */
  async act(action: RowAction, account: Account): Promise<void> {
    const ids = [account.id];
    switch (action) {
      case "reconnect":
      case "fixAccess":
      case "seeWhatToDo":
        this.router.go({ page: "reconnect", ids, queue: false });
        break;
      case "renewNow":
        await this.run(() => this.commands.renew({ ids }));
        break;
      case "tryNow":
      case "checkNow":
        await this.run(() => this.commands.check({ ids }));
        break;
      case "addAgain":
        await this.addAgain(account);
    }
  }

  /** Where the way back has begun it goes on, two-factor step and all; otherwise one signs in. */
  async addAgain(account: Account): Promise<boolean> {
    if (account.wizard !== null) {
      this.router.go({ page: "reconnect", ids: [account.id], queue: false });
      return true;
    }
    this.router.go({ page: "add" });
    return this.run(() => this.commands.connect({ route: account.route, expected: account.id }));
  }

  /** The wizard for every account of these that it can mend. */
  async fixAll(accounts: Account[]): Promise<void> {
    const ids = accounts.filter((account) => this.list.canFix(account)).map(({ id }) => id);
    if (await this.run(() => this.commands.lane_start({ ids }))) this.goOn();
  }

  /** Goes on with the lane that is open. */
  goOn(): void {
    this.router.go({ page: "reconnect", ids: [], queue: true });
  }

  #announce(before: Account | undefined, after: Account): void {
    if (before === undefined || before.status === after.status) return;
    if (looks[after.status].family === "bad") this.announcer.say(t("list.lost", { name: after.username }));
    else if (after.status === "connected" && looks[before.status].family === "bad") {
      this.announcer.say(t("list.found", { name: after.username }));
    }
  }
}

const KEY = Symbol("ui");

export function provideUi(ui: Ui): Ui {
  return setContext(KEY, ui);
}

export function useUi(): Ui {
  return getContext<Ui>(KEY);
}
