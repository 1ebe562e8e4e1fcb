import { t } from "../../i18n";
import type { Account } from "../../ipc/bindings";

/** Where one is in a lane of accounts that are mended one after the other. */
export interface LanePlace {
  index: number;
  total: number;
  /** How often the browser's log-in has to be changed from here on. */
  changes: number;
  /** The account that was worked on before, and the one that comes after. */
  before: Account | null;
  after: Account | null;
}

/** Two that were not told apart are not taken for one log-in. */
function sameLogIn(a: Account, b: Account): boolean {
  const said = a.login.trim().toLowerCase();
  return said !== "" && said === b.login.trim().toLowerCase();
}

/** Whose log-in it is, in the person's own words, else the account's name. */
const logIn = (it: Account): string => it.login.trim() || `@${it.username}`;

/** What to do in the browser for `account`, and at its end for the one after it; null: nothing is known of it yet. */
export function browserHint(account: Account, { before, after }: LanePlace, finished: boolean): string | null {
  if (finished) {
    if (after === null) return null;
    const name = logIn(after);
    return sameLogIn(account, after) ? t("reconnect.lane.nextStay", { name }) : t("reconnect.lane.nextSwitch", { name });
  }
  if (before === null) return null;
  const name = logIn(account);
  return sameLogIn(before, account) ? t("reconnect.lane.stay", { name }) : t("reconnect.lane.switch", { name });
}
