import { bearing, everyAdvice, everyPossible } from "../../features/detail/bearing";
import type { Account, Advice, Cause, Explained, Fact, Gap, KeptLine, Manifest, MediaItem, Possible, PossibleCause, Receipt, Sync } from "../bindings";
import { at, DAY, diagnose, HOUR } from "./accounts";
import type { World } from "./scenes";

export { everyAdvice };

/** What fits a cause, as the core has it: what its answer names, and what it leaves open. */
const fits: Partial<Record<Cause, { named?: Possible[]; open?: Possible[] }>> = {
  password_or_security_change: {
    open: ["password_changed", "username_changed", "security_settings", "suspicious", "several_devices", "shared_log_in"],
  },
  logged_out: {
    open: ["frequent_log_ins", "several_devices", "shared_log_in", "security_settings", "password_changed", "suspicious"],
  },
  app_removed: { named: ["app_removed"] },
  unused_too_long: { named: ["long_since_log_in"] },
  checkpoint: { named: ["checkpoint"], open: ["suspicious", "several_devices", "shared_log_in", "frequent_log_ins"] },
  account_restricted: { named: ["checkpoint"], open: ["suspicious", "several_devices", "shared_log_in", "frequent_log_ins"] },
  unconfirmed: { named: ["checkpoint"], open: ["suspicious"] },
  role_lost: { named: ["role_changed"] },
  permission_missing: { open: ["role_changed"] },
  page_missing: { open: ["role_changed"] },
  access_ended: { open: everyPossible },
  unknown: { open: everyPossible },
};

export function possibleOf({ diagnosis }: Pick<Account, "diagnosis">): PossibleCause[] {
  if (diagnosis === null) return [];
  const { named = [], open = [] } = fits[diagnosis.cause] ?? {};
  const found = diagnosis.certainty === "proved";
  return [...named.map((cause) => ({ cause, found })), ...open.map((cause) => ({ cause, found: false }))];
}

/** What makes a loss rarer, each once. */
export const adviceOf = (it: Pick<Account, "diagnosis">): Advice[] => [
  ...new Set(possibleOf(it).flatMap(({ cause }) => bearing[cause])),
];

export function factsOf(it: Pick<Account, "diagnosis" | "issued_at" | "expires_at">): Fact[] {
  if (it.diagnosis === null) return [];
  return [
    { kind: "issued_at", at: it.issued_at, count: null },
    { kind: "last_ok_at", at: at(-3 * HOUR), count: null },
    { kind: "ends_at", at: it.expires_at, count: null },
    { kind: "others_work", at: null, count: 20 },
  ];
}

/** Every fact there is, of an account that had a bad month. */
export const everyFact = (it: Account): Fact[] => [
  ...factsOf(it).slice(0, 3),
  { kind: "renewals_failed", at: null, count: 4 },
  { kind: "broke_together", at: null, count: 3 },
  { kind: "others_work", at: null, count: 1 },
  { kind: "two_factor_step", at: at(-5 * HOUR), count: null },
  { kind: "lost_before", at: null, count: 2 },
];

export const neverSynced: Sync = { state: "never", done: 0, total: null, until: null, cause: null, last_at: null };

export function manifestOf(it: Account): Manifest {
  const line = (part: KeptLine["part"], count: number): KeptLine => ({ part, count, digest: `${(part.length * 7919 * (count + 3)).toString(16)}0a1b2c3d4e5f`.slice(0, 12) });
  return {
    taken_at: at(0),
    lines: [
      line("media", it.kept.media),
      line("history", it.kept.history),
      line("label", it.label === "" ? 0 : 1),
      line("notes", it.notes === "" ? 0 : 1),
      line("two_factor", it.two_factor === null ? 0 : 1),
      line("checklist", it.ticked.length === 0 ? 0 : 1),
    ],
  };
}

/** Most items have a picture; one in ten of them cannot be shown. */
const pictureOf = (number: number): string | null => (number % 4 === 1 ? null : number % 10 === 2 ? "./none.jpg" : "./icon.svg");

/** Proof that everything came back; `lost`: some media and the notes did not. */
export function receiptOf(it: Account, lost = false): Receipt {
  const before = manifestOf(it);
  const after: Manifest = { ...before, taken_at: at(HOUR / 2) };
  if (!lost) return { before, after, missing: [] };
  const lines = before.lines.map((line) => {
    if (line.part === "media") return { ...line, count: line.count - 4, digest: "9d01c4e2b7aa" };
    return line.part === "notes" ? { ...line, digest: "77aa01b2c3d4" } : line;
  });
  return { before, after: { ...after, lines }, missing: ["media", "notes"] };
}

/** An account's media, newest first. */
export const mediaOf = (it: Account, from: number, limit: number): MediaItem[] =>
  Array.from({ length: Math.max(0, Math.min(limit, it.kept.media - from)) }, (_, index) => {
    const number = from + index;
    return {
      id: `${it.id}-${number}`,
      kind: (["image", "video", "carousel"] as const)[number % 3] ?? "image",
      caption: number % 4 === 0 ? "" : `Post ${number}`,
      posted_at: at(-number * DAY),
      likes: number % 5 === 0 ? null : number * 7,
      comments: number % 9,
      picture: pictureOf(number),
      seen_at: at(-HOUR),
      gone_at: number % 11 === 7 ? at(-2 * DAY) : null,
    };
  });

/** Causes that lines of a pasted text are given in turn: nothing is read in them. */
const examples: Cause[] = ["password_or_security_change", "rate_limited", "checkpoint", "app_problem"];

export const explained = (text: string): Explained[] =>
  text.trim().split("\n").map((_, index) => {
    const cause = examples[index % examples.length] ?? "unknown";
    const diagnosis = diagnose(cause);
    const its = { diagnosis };
    return { diagnosis, access_lost: diagnosis.affects === "account", possible: possibleOf(its), advice: adviceOf(its) };
  });

/** What was published while access was gone, oldest first. */
export function gapOf(it: Account, kind: World["gap"]): Gap | null {
  if (kind === null) return null;
  const items = kind === "none" ? [] : mediaOf({ ...it, kept: { ...it.kept, media: 1200 } }, 1, kind === "long" ? 60 : 4).reverse();
  return {
    from: at(-5 * DAY - 3 * HOUR),
    until: at(-HOUR),
    complete: kind !== "open",
    items,
    stories_lost: kind !== "none",
  };
}
