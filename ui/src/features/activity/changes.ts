import { list, routed, t, type Voice } from "../../i18n";
import type { AccountType, Entry } from "../../ipc/bindings";
import { scopeWords } from "../detail/scopes";

type Params = Entry["params"];

/** What changed of a profile, with both values in words; null if the entry does not say. */
export function profileChange(params: Params): { field: "username" | "name" | "account_type"; old: string; new: string } | null {
  const { field, old, new: now } = params;
  if (!old || !now) return null;
  // Entries of earlier versions name no field: only user names were watched.
  if (field === undefined || field === "username") return { field: "username", old, new: now };
  if (field === "name") return { field, old, new: now };
  return field === "account_type" && isType(old) && isType(now)
    ? { field, old: t(`entry.type.${old}`), new: t(`entry.type.${now}`) }
    : null;
}

const isType = (value: string): value is Exclude<AccountType, "unknown"> => ["business", "creator", "personal"].includes(value);

/** What was taken back and what was given, one sentence each; none if the entry does not say. */
export function permissionChange(params: Params, voice: Voice): string[] {
  return (["lost", "gained"] as const).flatMap((change) => {
    const scopes = (params[change] ?? "").split(",").filter((scope) => scope !== "");
    if (scopes.length === 0) return [];
    return [t(routed(`entry.permissions_${change}`, voice), { count: scopes.length, permissions: list(scopes.map(scopeWords)) })];
  });
}
