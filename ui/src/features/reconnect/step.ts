import type { Account, Wizard } from "../../ipc/bindings";
import type { LanePlace } from "./lane";

/** What every step of the wizard is given. */
export interface StepProps extends Record<string, unknown> {
  account: Account;
  wizard: Wizard;
  /** Where one is in a lane; null: only this account is mended. */
  place: LanePlace | null;
  /** Forgets the wizard and goes on. */
  close: () => Promise<void>;
}
