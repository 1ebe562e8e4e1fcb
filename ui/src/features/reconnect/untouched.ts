import type { Account, Attempt, Wizard } from "../../ipc/bindings";

/**
 * Whether the old access turned out to work again, so that the wizard came to its end and nobody had to sign in.
 * An attempt is forgotten when the app quits; the new access it brought is not.
 */
export function isUntouched(account: Account, wizard: Wizard, attempt: Attempt | null): boolean {
  if (wizard.step !== "finish" || wizard.deleted || attempt?.expected_id === account.id) return false;
  const within = (moment: string | null): boolean => moment !== null && Date.parse(moment) >= Date.parse(wizard.started_at);
  // A renewal gives new access as well, but keeps the connection.
  return !within(account.issued_at) || within(account.last_renewed_at);
}
