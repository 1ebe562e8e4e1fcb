import { locale, type Voice } from "../i18n";
import type { Account, Incident, Order, Status } from "../ipc/bindings";
import type { Model } from "./app.svelte";
import { isFixable, looks, needsPerson, severity } from "./status";
import { blockerOf, voiceOf } from "./voice";

/** What the list is filtered by: a status, every account that needs a person, or those of an incident. */
export type Filter = Status | "needs_you" | `incident:${string}` | null;

/** A line of the list: an account, or the heading of a label. */
export type Line = { kind: "account"; account: Account } | { kind: "label"; label: string };

/** The list as the person looks at it: search, filter, order, selection and the row with the focus. */
export class ListView {
  query = $state("");
  filter = $state<Filter>(null);
  selected = $state.raw<ReadonlySet<string>>(new Set());
  /** The account whose row is the list's one tab stop. */
  focused = $state<string | null>(null);
  /** Where a range selection starts. */
  #anchor: string | null = null;

  constructor(private readonly model: Model) {}

  /** Every account that is not deleted. */
  readonly present = $derived.by(() => [...this.model.accounts.values()].filter((it) => it.status !== "removed"));

  readonly counts = $derived.by(() => {
    const counts = Object.fromEntries(Object.keys(looks).map((status) => [status, 0])) as Record<Status, number>;
    for (const account of this.present) counts[account.status] += 1;
    return counts;
  });

  /** By which routes the accounts came. */
  readonly voice = $derived<Voice>(voiceOf(this.present));

  /** Who blocks those that are blocked. */
  readonly blockers = $derived<Voice>(
    voiceOf(this.present.filter(({ status }) => status === "blocked").map((it) => ({ route: blockerOf(it) }))),
  );

  readonly needing = $derived(this.present.reduce((sum, { status }) => sum + (needsPerson(status) ? 1 : 0), 0));

  /** Accounts that fail because Instagram refuses the app: nothing about them is for the wizard. */
  readonly held = $derived.by<ReadonlySet<string>>(
    () => new Set(this.incidents.filter(({ kind }) => kind === "app").flatMap((it) => it.account_ids)),
  );

  /** Accounts the wizard can mend now. */
  readonly fixable = $derived.by(() => this.present.filter((it) => this.canFix(it)));

  get incidents(): Incident[] {
    return this.model.app?.incidents ?? [];
  }

  canFix(account: Account): boolean {
    return isFixable(account) && !this.held.has(account.id);
  }

  /** The filter that applies: one for an incident ends with it. */
  readonly applied = $derived.by<Filter>(() => {
    const { filter } = this;
    if (!filter?.startsWith("incident:")) return filter;
    return this.incidents.some(({ id }) => filter === `incident:${id}`) ? filter : null;
  });

  readonly order = $derived.by<Order>(() => this.model.app?.settings.order ?? "severity");

  /** The accounts that match, in order. */
  readonly accounts = $derived.by(() => sorted(matching(this.present, this.query, this.#passes()), this.order));

  /** The lines to draw; headings only when ordered by label. */
  readonly lines = $derived.by<Line[]>(() => {
    const lines: Line[] = [];
    let label: string | null = null;
    for (const account of this.accounts) {
      if (this.order === "label" && account.label !== label) {
        label = account.label;
        lines.push({ kind: "label", label });
      }
      lines.push({ kind: "account", account });
    }
    return lines;
  });

  readonly index = $derived(new Map(this.accounts.map((account, position) => [account.id, position])));

  /** The row that Tab reaches: the one last focused, else the first. */
  readonly stop = $derived(
    this.focused !== null && this.index.has(this.focused) ? this.focused : (this.accounts[0]?.id ?? null),
  );

  /** Whether an account passes the filter. */
  #passes(): (account: Account) => boolean {
    const filter = this.applied;
    if (filter === null) return () => true;
    if (filter === "needs_you") return ({ status }) => needsPerson(status);
    const incident = this.incidents.find(({ id }) => filter === `incident:${id}`);
    if (incident === undefined) return ({ status }) => status === filter;
    const ids = new Set(incident.account_ids);
    return ({ id }) => ids.has(id);
  }

  /** The account `by` rows further, held inside the list. */
  step(from: string, by: number): string | null {
    const at = (this.index.get(from) ?? 0) + by;
    return this.accounts[Math.min(Math.max(at, 0), this.accounts.length - 1)]?.id ?? null;
  }

  toggle(id: string): void {
    const next = new Set(this.selected);
    if (!next.delete(id)) next.add(id);
    this.selected = next;
    this.#anchor = id;
  }

  /** Selects from the last toggled row to `id`. */
  extendTo(id: string): void {
    const from = this.index.get(this.#anchor ?? id) ?? 0;
    const to = this.index.get(id) ?? from;
    const range = this.accounts.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.selected = new Set(range.map((account) => account.id));
    this.#anchor ??= id;
  }

  /** Starts a range at `id` if none has begun. */
  anchorAt(id: string): void {
    if (this.selected.size === 0) this.#anchor = id;
  }

  selectAll(): void {
    this.selected = new Set(this.accounts.map((account) => account.id));
  }

  clearSelection(): void {
    this.selected = new Set();
    this.#anchor = null;
  }

  /** The selected accounts that are still there. */
  readonly chosen = $derived.by(() => [...this.selected].filter((id) => this.index.has(id)));
}

function matching(accounts: Account[], query: string, passes: (account: Account) => boolean): Account[] {
  const words = query.trim().replace(/^@/, "").toLowerCase();
  return accounts.filter(
    (account) =>
      passes(account) &&
      (words === "" ||
        account.username.toLowerCase().includes(words) ||
        (account.name?.toLowerCase().includes(words) ?? false) ||
        account.label.toLowerCase().includes(words)),
  );
}

const collator = new Intl.Collator(locale);
/** Usernames are ASCII: comparing code units is right for them and much faster than a collator. */
const byName = (a: Account, b: Account): number => (a.username < b.username ? -1 : a.username > b.username ? 1 : 0);
/** Instants in one format sort as text; accounts without one come last. */
const byExpiry = (a: Account, b: Account): number => {
  const [left, right] = [a.expires_at ?? "~", b.expires_at ?? "~"];
  return left < right ? -1 : left > right ? 1 : 0;
};

function sorted(accounts: Account[], order: Order): Account[] {
  switch (order) {
    case "severity":
      return accounts.sort(
        (a, b) => severity[a.status] - severity[b.status] || byExpiry(a, b) || byName(a, b),
      );
    case "name":
      return accounts.sort(byName);
    case "expiry":
      return accounts.sort((a, b) => byExpiry(a, b) || byName(a, b));
    case "label": {
      const ranks = labelRanks(accounts);
      return accounts.sort((a, b) => (ranks.get(a.label) ?? 0) - (ranks.get(b.label) ?? 0) || byName(a, b));
    }
  }
}

/** Labels are few: they are compared by the language's rules once, accounts by rank. Without a label: last. */
function labelRanks(accounts: Account[]): Map<string, number> {
  const labels = [...new Set(accounts.map((account) => account.label))];
  labels.sort((a, b) => Number(a === "") - Number(b === "") || collator.compare(a, b));
  return new Map(labels.map((label, rank) => [label, rank]));
}
