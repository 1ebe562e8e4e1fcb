import type { Account, AppState, CommandError, ErrorCode, Patch, Snapshot } from "../ipc/bindings";
import type { Bridge } from "../ipc/bridge";
import type { Clock } from "./clock.svelte";

/** How long after a failed snapshot the next one is asked for (ms). */
const RETRY = 1_000;

/** The last view the core gave: one snapshot, then numbered patches by account. */
export class Model {
  #app = $state.raw<AppState | null>(null);
  #accounts = $state.raw<ReadonlyMap<string, Account>>(new Map());
  #seq = 0;
  /** Patches that arrive while a snapshot is being fetched; null: none is. */
  #held: Patch[] | null = null;
  #again = false;

  /** Hears of every account that a patch changed, with what it was before. */
  onChange: (before: Account | undefined, after: Account) => void = () => {};
  /** Hears of addresses the core wants shown. */
  onNavigate: (hash: string) => void = () => {};
  /** Hears that the window is back after it was closed to the tray for the first time. */
  onClosedToTray: () => void = () => {};

  constructor(
    readonly bridge: Bridge,
    readonly clock: Clock,
  ) {}

  /** Null until the first snapshot is here. */
  get app(): AppState | null {
    return this.#app;
  }

  /** Every account by id, deleted ones among them. */
  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  get commands(): Bridge["commands"] {
    return this.bridge.commands;
  }

  account(id: string): Account | null {
    return this.#accounts.get(id) ?? null;
  }

  /** Listens first and asks then, so that nothing is missed in between. */
  async start(): Promise<void> {
    const { bridge } = this;
    await Promise.all([
      this.#load(),
      bridge.listen("patch", (patch) => this.#heard(patch)),
      bridge.listen("reset", () => void this.refresh()),
      bridge.listen("navigate", (hash) => this.onNavigate(hash)),
      bridge.listen("closed_to_tray", () => this.onClosedToTray()),
    ]);
  }

  /** Asks for the whole view again. */
  async refresh(): Promise<void> {
    if (this.#held !== null) {
      this.#again = true;
      return;
    }
    await this.#load();
  }

  /** A page without a view is of no use: it asks until it gets one. */
  async #load(): Promise<void> {
    this.#held = [];
    for (;;) {
      try {
        await this.#take(await this.bridge.commands.snapshot({ from: 0 }));
        return;
      } catch {
        await new Promise((again) => setTimeout(again, RETRY));
      }
    }
  }

  async #take(first: Snapshot): Promise<void> {
    const accounts = new Map(first.accounts.map((account) => [account.id, account]));
    let more = first.more;
    while (more) {
      const page = await this.bridge.commands.snapshot({ from: accounts.size });
      for (const account of page.accounts) accounts.set(account.id, account);
      more = page.more && page.accounts.length > 0;
    }
    this.#seq = first.seq;
    this.#setApp(first.app);
    this.#accounts = accounts;
    const held = this.#held ?? [];
    this.#held = null;
    for (const patch of held) this.#heard(patch);
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  #heard(patch: Patch): void {
    // After a sleep the core is the first to know that time has passed.
    this.clock.notice();
    if (this.#held !== null) {
      this.#held.push(patch);
      return;
    }
    if (patch.seq <= this.#seq) return;
    if (patch.seq !== this.#seq + 1) {
      void this.refresh();
      return;
    }
    this.#seq = patch.seq;
    if (patch.app !== null) this.#setApp(patch.app);
    if (patch.accounts.length === 0 && patch.erased.length === 0) return;
    const accounts = new Map(this.#accounts);
    for (const account of patch.accounts) {
      this.onChange(accounts.get(account.id), account);
      accounts.set(account.id, account);
    }
    for (const id of patch.erased) accounts.delete(id);
    this.#accounts = accounts;
  }

  #setApp(app: AppState): void {
    this.#app = app;
    this.clock.setOffset(app.clock_offset_ms);
  }
}

const codes: Record<ErrorCode, true> = {
  unknown_account: true,
  key_unavailable: true,
  no_credentials: true,
  invalid_input: true,
  not_possible: true,
  passphrase_wrong: true,
  port_taken: true,
  database: true,
  disk_full: true,
  unknown_app: true,
  app_in_use: true,
  link_not_allowed: true,
  token_refused: true,
  no_answer: true,
  internal: true,
};

/** The code of a refused command; whatever else was thrown counts as `internal`. */
export function errorCode(error: unknown): ErrorCode {
  const code = (error as Partial<CommandError> | null)?.code;
  return code !== undefined && Object.hasOwn(codes, code) ? code : "internal";
}
