import type { Account, Wizard } from "../../ipc/bindings";

/** What every step of the wizard is given. */
export interface StepProps extends Record<string, unknown> {
  account: Account;
  wizard: Wizard;
  /** Which of how many, in a queue. */
  place: { index: number; total: number } | null;
  /** Forgets the wizard and goes on. */
  close: () => Promise<void>;
}
