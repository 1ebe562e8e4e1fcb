import type { Account, Route } from "../ipc/bindings";
import type { Voice } from "../i18n";

/** Whom a sentence about several names: their route, or both. */
export function voiceOf(several: Iterable<{ route: Route }>): Voice {
  const routes = new Set([...several].map(({ route }) => route));
  return routes.size > 1 ? "mixed" : ([...routes][0] ?? "instagram");
}

/**
 * Who blocks an account and wants something done: the side it is reached through, but what restricts an Instagram
 * account is settled at Instagram, whichever way it is reached. (Meta platform reference, D4: 25/2207050.)
 */
export function blockerOf({ route, diagnosis }: Pick<Account, "route" | "diagnosis">): Route {
  return diagnosis?.cause === "account_restricted" ? "instagram" : route;
}
