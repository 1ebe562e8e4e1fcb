import type { Account, Advice, Explained, Fact, KeptLine, Manifest, MediaItem, Possible, PossibleCause, Receipt, Sync } from "../bindings";
import { at, DAY, diagnose, HOUR } from "./accounts";

/** The checklist in the order of an account without a diagnosis. */
export const everyAdvice: Advice[] = [
  "two_factor", "roles", "own_log_ins", "one_network", "few_log_ins", "no_switching", "keep_password", "keep_app", "keep_page",
];

const fits: Possible[] = ["password_changed", "username_changed", "security_settings", "suspicious", "several_devices", "shared_log_in"];

export const possibleOf = (it: Pick<Account, "diagnosis">): PossibleCause[] =>
  it.diagnosis === null ? [] : fits.map((cause) => ({ cause, found: false }));

export const factsOf = (it: Pick<Account, "diagnosis" | "issued_at" | "expires_at">): Fact[] =>
  it.diagnosis === null
    ? []
    : [
        { kind: "issued_at", at: it.issued_at, count: null },
        { kind: "last_ok_at", at: at(-3 * HOUR), count: null },
        { kind: "others_work", at: null, count: 20 },
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
      picture: null,
      seen_at: at(-HOUR),
      gone_at: null,
    };
  });

/** Reads nothing: an error of another tool is always the same here. */
export const explained = (): Explained => {
  const diagnosis = diagnose("password_or_security_change");
  return { diagnosis, access_lost: true, possible: possibleOf({ diagnosis }), advice: ["two_factor", "keep_password"] };
};
