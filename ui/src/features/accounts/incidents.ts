import { routed, t, type Voice } from "../../i18n";
import type { Cause, Incident, Shared } from "../../ipc/bindings";

const blocking: Cause[] = ["checkpoint", "unconfirmed", "account_restricted", "action_blocked"];
/** What is worth saying first. The same app is what nearly all accounts share: it comes last. */
const telling: Shared[] = ["label", "answer", "all_accounts", "app"];

/**
 * "3 accounts were disconnected together. Instagram gave the same answer for all of them.", for the `count` accounts
 * of it that are still there; `voice`: their route. Needs the words of `incident`.
 */
export function incidentWords(incident: Incident, count: number, voice: Voice): string {
  const { cause, label } = incident;
  const what = blocking.includes(cause) ? "blocked" : cause === "permission_missing" ? "limited" : "disconnected";
  const told = t(routed(`incident.${what}`, voice), { count });
  const shared = telling.find((it) => incident.shared.includes(it) && (it !== "label" || label !== null));
  if (shared === undefined) return told;
  return `${told} ${shared === "label" ? t("incident.shared.label", { label: label ?? "" }) : t(routed(`incident.shared.${shared}`, voice))}`;
}
