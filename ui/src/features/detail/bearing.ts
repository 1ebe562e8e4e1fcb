import type { Advice, Possible } from "../../ipc/bindings";

/** What makes each cause rarer, the most helpful first. The core orders `Account.advice` by the same table. */
export const bearing: Record<Possible, Advice[]> = {
  password_changed: ["keep_password"],
  username_changed: ["keep_password"],
  security_settings: ["two_factor"],
  suspicious: ["two_factor", "one_network", "no_switching"],
  checkpoint: ["two_factor", "one_network", "few_log_ins"],
  app_removed: ["keep_app"],
  role_changed: ["roles", "keep_page"],
  several_devices: ["one_network", "roles", "two_factor"],
  shared_log_in: ["own_log_ins", "roles"],
  frequent_log_ins: ["few_log_ins", "no_switching"],
  long_since_log_in: ["two_factor"],
};

/** Every recommendation, in the order of an account that nothing is the matter with. */
export const everyAdvice: Advice[] = [
  "two_factor", "roles", "own_log_ins", "one_network", "few_log_ins", "no_switching", "keep_password", "keep_app", "keep_page",
];

/** Every cause of the guides, in the order in which they are shown. */
export const everyPossible = Object.keys(bearing) as Possible[];

/** The causes among `shown` that `advice` makes rarer. */
export function bearsOn(advice: Advice, shown: Possible[]): Possible[] {
  return shown.filter((cause) => bearing[cause].includes(advice));
}
