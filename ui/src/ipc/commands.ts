// Every command of the core, by hand; a test on the Rust side holds these names against the registered ones.
// Commands return acceptance; what became of it arrives as a patch. They fail with a `CommandError`.
import type {
  Advice, AppCheck, AppState, Door, Entry, Explained, Gap, Imported, KeyStorage, Link, Manifest, MediaPage, PracticeAction, Receipt, Route, Runway,
  Settings, Snapshot, WizardWay,
} from "./bindings";

export interface Commands {
  snapshot(args: { from: number }): Promise<Snapshot>;

  /** Empty ids: every account. */
  check(args: { ids: string[] }): Promise<void>;
  renew(args: { ids: string[] }): Promise<void>;

  /** Opens the browser. `expected`: reconnecting that account. Replaces a finished attempt; an open one is cancelled first. */
  connect(args: Connecting): Promise<void>;
  reopen_browser(): Promise<void>;
  /** Puts the consent address on the clipboard; the page never sees it. */
  copy_consent_link(): Promise<void>;
  submit_callback(args: { address: string }): Promise<void>;
  /** From phase "choice": keep what came back with fewer permissions / as a new account of its own. */
  keep_with_limits(): Promise<void>;
  /** From phase "pages": connect the accounts of these Pages. */
  choose_pages(args: { ids: string[] }): Promise<void>;
  add_returned_account(): Promise<void>;
  cancel_attempt(): Promise<void>;
  /** Forget a finished attempt (done or failed). */
  acknowledge_attempt(): Promise<void>;
  /** `app`: the Meta app it was made by, where that is known. */
  add_token(args: { route: Route; app?: string | null; token: string }): Promise<void>;
  /** One to a line; each is proved by a call before it is kept. `invalid_input`: no line looks like access, or there are too many. */
  add_tokens(args: { route: Route; app?: string | null; text: string }): Promise<Imported[]>;
  /** Takes the permission back at Facebook; ends access for `Account.shares_grant_with`, too. What came of it arrives as patches. */
  revoke(args: { id: string }): Promise<void>;

  delete_accounts(args: { ids: string[] }): Promise<void>;
  undo_delete(): Promise<void>;
  erase_account(args: { id: string }): Promise<void>;
  set_label(args: { id: string; label: string }): Promise<void>;
  set_notes(args: { id: string; notes: string }): Promise<void>;

  /** Newest first; `before` is the id of the last entry of the page before. At most 200 a call. */
  history(args: { account_id: string | null; before: string | null; limit: number }): Promise<Entry[]>;

  /** The tries to renew an account: past, planned, and how many are left. */
  runway(args: { id: string }): Promise<Runway>;

  /** Whose log-in an account is, in the person's own words; accounts of one log-in are mended together. At most 80 characters. */
  set_login(args: { id: string; login: string }): Promise<void>;
  /** Ticks a piece of the advice that keeps an account connected, or takes the tick back. */
  tick(args: { id: string; advice: Advice; done: boolean }): Promise<void>;
  /** What an error of Meta's means, from whatever tool; several may be given, one to a line. `invalid_input`: nothing to read. */
  explain(args: { text: string; http_status: number | null }): Promise<Explained[]>;

  /** What is kept of an account, with counts and digests. */
  manifest(args: { id: string }): Promise<Manifest>;
  /** What was kept when it was last deleted against what is there since it was added again; null: never deleted. */
  receipt(args: { id: string }): Promise<Receipt | null>;

  /** Fetches media and profile; progress arrives as patches of `Account.sync`. Empty ids: all that work. */
  sync(args: { ids: string[] }): Promise<void>;
  /** What was fetched stays, and the next sync goes on from there. */
  stop_sync(args: { id: string }): Promise<void>;
  /** Newest first; at most 200 a call. */
  media(args: { id: string; from: number; limit: number }): Promise<MediaPage>;
  /** What happened at Instagram while the account had no access the last time; null: access was never gone. */
  gap(args: { id: string }): Promise<Gap | null>;
  /** The same as a CSV file in the download folder; answers with its path. Never writes over a file. */
  save_gap(args: { id: string }): Promise<string>;

  /** Mends these one after the other, in the order with the fewest changes of log-in (`AppState.lane`). Replaces an open lane. */
  lane_start(args: { ids: string[] }): Promise<void>;
  /** Puts the first account off until the others are done. */
  lane_skip(): Promise<void>;
  lane_close(): Promise<void>;

  /** Starts or resumes. */
  wizard_open(args: { id: string }): Promise<void>;
  wizard_choose_way(args: { id: string; way: WizardWay }): Promise<void>;
  wizard_answer(args: { id: string; key: string; value: string }): Promise<void>;
  /** Does what the step's main button says (delete: deletes; checkpoint's prepare: checks) and goes on. */
  wizard_next(args: { id: string }): Promise<void>;
  wizard_back(args: { id: string }): Promise<void>;
  /** Forgets the wizard (finished or given up). Leaving the page without it keeps the place. */
  wizard_close(args: { id: string }): Promise<void>;

  update_settings(args: { settings: Settings }): Promise<void>;
  /** Tells again of accounts after so many hours (1 to 168), if they are not mended by then. */
  remind(args: { ids: string[]; hours: number }): Promise<void>;
  /** Shows one notification, so that the person sees whether they arrive. */
  test_notice(): Promise<void>;
  /** Ends Relink; closing the window may only hide it. */
  quit(): Promise<void>;
  /** Write-only: nothing gives the secret back. */
  set_credentials(args: { route: Route; app_id: string; app_secret: string }): Promise<void>;
  /** Saves a Meta app or changes one (`app.id`). `invalid_input`: an id, secret or address that cannot be one. */
  save_app(args: { app: EnteredApp }): Promise<void>;
  /** `app_in_use`: accounts belong to it. */
  remove_app(args: { id: string }): Promise<void>;
  /** Asks the provider whether id and secret are what they should be, as far as it tells. */
  check_app(args: { id: string }): Promise<AppCheck>;
  /** Writes the bounce page where downloads go, ready to be hosted; gives its path. */
  save_bounce_page(): Promise<string>;
  /** Asks the key store again. */
  retry_key(): Promise<void>;
  unlock(args: { passphrase: string }): Promise<void>;
  /** While no key exists yet; with `forget_access`, when the old one is given up and every stored access with it. */
  choose_key_storage(args: { storage: KeyStorage; passphrase: string | null; forget_access: boolean }): Promise<void>;

  open_link(args: { link: Link }): Promise<void>;
  copy_text(args: { text: string }): Promise<void>;
  show_data_folder(): Promise<void>;
  restore_backup(): Promise<void>;

  start_practice(): Promise<void>;
  leave_practice(): Promise<void>;
  practice(args: { action: PracticeAction }): Promise<void>;
}

/** Which account is to come back, through what, and which permissions are asked for. */
export interface Connecting {
  route: Route;
  expected: string | null;
  /** The account's own, or the first of the route, where none is named. */
  app?: string | null;
  /** As the app has it where none is named. */
  door?: Door | null;
  /** Besides those without which nothing works; all, where none are named. */
  permissions?: string[] | null;
}

/** A Meta app as the person enters it. The secret goes in once; null leaves the one that is kept. */
export interface EnteredApp {
  id: string | null;
  route: Route;
  app_id: string;
  app_secret: string | null;
  name: string;
  door: Door | null;
  /** What is registered at Meta, for the doors `bounce` and `paste`. */
  redirect: string | null;
  config_id: string | null;
}

/** Events from the core: "patch" (Patch), "reset" (ask for the snapshot again), "navigate" (a hash address),
 *  "closed_to_tray" (the window is back after it was closed to the tray for the first time). */
export type AppStateView = AppState;
