/**
 * Reading what a person copies from Meta's dashboard. Most set-ups that fail do so because one value stands in the
 * other's field, so whatever can be told by its looks is told at once. (Meta platform reference, A1.)
 */

/** How long an app id may be, in digits; the core holds to the same. */
const ID = { least: 5, most: 20 };
/** How long a secret may be, in characters; the core holds to the same. */
const SECRET = { least: 8, most: 128 };

/** What is wrong with a value; one that is only unfinished is not wrong while it is typed. */
export type IdFault = "missing" | "short" | "long" | "letters" | "secret" | "access" | "address" | "otherRoute";
export type SecretFault = "missing" | "short" | "long" | "id" | "access" | "masked";

interface Entry<F> {
  /** The value as it is saved. */
  value: string;
  fault: F | null;
}

export interface IdEntry extends Entry<IdFault> {
  /** Whether words or spaces around the number were left out. */
  tidied: boolean;
}

export interface SecretEntry extends Entry<SecretFault> {
  /** Whether it does not look like one of Meta's: 32 characters of 0–9 and a–f. It is saved all the same. */
  unusual: boolean;
}

const unfinished: readonly (IdFault | SecretFault)[] = ["missing", "short"];

/** Whether more typing can still mend it. */
export function isUnfinished(fault: IdFault | SecretFault): boolean {
  return unfinished.includes(fault);
}

/** What web pages put into a copied text and nobody sees: spaces of every width, joiners, quotation marks. */
const unseen = /[\s\u200b-\u200f\u2060\ufeff"'“”„‘’]+/gu;
/** Access to an account, as Instagram and Facebook write it. */
const access = /^(IG[A-Z]{2}|EAA)[A-Za-z0-9_-]{16,}$/;
const secretLike = /^[0-9a-f]{32}$/i;

/** "Instagram app ID: 123" → "123"; what has no such beginning stays. */
function withoutLabel(text: string): string {
  return text.replace(/^[\p{L}\s-]*\b(id|secret)\b\s*[:=#]?\s*(?=\S)/iu, "");
}

/** Reads an app id; `others`: the ids that are saved for the other way of signing in. */
export function readId(text: string, others: string[] = []): IdEntry {
  const given = text.trim();
  const value = withoutLabel(given).replaceAll(unseen, "");
  return { value, fault: idFault(value, others), tidied: value !== given };
}

function idFault(value: string, others: string[]): IdFault | null {
  if (value === "") return "missing";
  if (secretLike.test(value)) return "secret";
  if (access.test(value)) return "access";
  if (/^https?:/i.test(value)) return "address";
  if (!/^[0-9]+$/.test(value)) return "letters";
  if (others.includes(value)) return "otherRoute";
  if (value.length < ID.least) return "short";
  return value.length > ID.most ? "long" : null;
}

/** Reads an app secret. */
export function readSecret(text: string): SecretEntry {
  const value = withoutLabel(text.trim()).replaceAll(unseen, "");
  const fault = secretFault(value);
  return { value, fault, unusual: fault === null && !secretLike.test(value) };
}

function secretFault(value: string): SecretFault | null {
  if (value === "") return "missing";
  if (/^[•●∙·*.…]+$/u.test(value)) return "masked";
  if (access.test(value)) return "access";
  if (/^[0-9]+$/.test(value) && value.length >= ID.least && value.length <= ID.most) return "id";
  if (value.length < SECRET.least) return "short";
  return value.length > SECRET.most ? "long" : null;
}
