import { routed, type t, type WordKey } from "../../i18n";
import type { Account, Cause } from "../../ipc/bindings";
import { blockerOf } from "../../state/voice";

type Kind = "signed_out" | "ended" | "expired" | "damaged" | "removed" | "confirm" | "rights" | "page" | "personal" | "nothing";
type Step = "signIn" | "activity" | "confirm" | "manage" | "rights" | "page" | "professional" | "ready" | "again" | "nothing";

/** What a cause is to the account's owner; where it is none of theirs there is nothing for them to do. */
const kinds: Record<Cause, Kind> = {
  expired: "expired",
  password_or_security_change: "signed_out",
  app_removed: "removed",
  logged_out: "signed_out",
  unused_too_long: "expired",
  access_ended: "ended",
  token_damaged: "damaged",
  checkpoint: "confirm",
  unconfirmed: "confirm",
  account_restricted: "confirm",
  action_blocked: "nothing",
  permission_missing: "rights",
  role_lost: "rights",
  page_missing: "page",
  not_professional: "personal",
  app_not_allowed: "nothing",
  app_problem: "nothing",
  rate_limited: "nothing",
  provider_fault: "nothing",
  network: "nothing",
  object_missing: "nothing",
  request_fault: "nothing",
  already_long_lived: "nothing",
  code_rejected: "nothing",
  redirect_mismatch: "nothing",
  wrong_app_id: "nothing",
  invalid_scope: "nothing",
  unknown: "ended",
};

const steps: Record<Kind, Step[]> = {
  signed_out: ["signIn", "activity", "ready"],
  ended: ["signIn", "activity", "ready"],
  expired: ["again"],
  damaged: ["again"],
  removed: ["manage", "again"],
  confirm: ["signIn", "confirm", "activity", "ready"],
  rights: ["rights", "ready"],
  page: ["page", "ready"],
  personal: ["professional", "ready"],
  nothing: ["nothing"],
};

/** Whether the account's owner has something to do with it. */
export const concernsOwner = ({ diagnosis }: Pick<Account, "diagnosis">): boolean =>
  diagnosis !== null && kinds[diagnosis.cause] !== "nothing";

const checks = ["site", "password", "ask"] as const;

/**
 * A message for the account's owner: what happened, what to do on their side, how to know that it is genuine. It
 * holds the user name and nothing else of the account: no id, number or code. `words` gives the text of a key.
 */
export function handOverText(account: Pick<Account, "username" | "diagnosis" | "route">, words: typeof t): string {
  const { diagnosis } = account;
  const by = <K extends WordKey>(key: K): K => routed(key, blockerOf(account));
  const kind = kinds[diagnosis?.cause ?? "network"];
  // How sure one is of a cause can be said only where one is named.
  const sure = diagnosis === null || kind === "ended" || kind === "damaged" || kind === "nothing" ? [] : [words(routed(`handover.sure.${diagnosis.certainty}`, account.route))];
  return [
    words("handover.title", { name: account.username }),
    words("handover.hello"),
    [words("handover.happened"), [words(by(`handover.what.${kind}`)), ...sure].join(" ")].join("\n"),
    [words("handover.steps"), ...steps[kind].map((step, index) => `${index + 1}. ${words(by(`handover.do.${step}`))}`)].join("\n"),
    [words("handover.genuine"), ...checks.map((check) => `– ${words(by(`handover.check.${check}`))}`)].join("\n"),
  ].join("\n\n");
}
