import { t, type WordKey } from "../../i18n";
import type { Ui } from "../../state/ui.svelte";

const names = {
  accounts: "nav.accounts",
  calendar: "list.viewCalendar",
  reconnect: "nav.reconnect",
  add: "nav.add",
  setup: "nav.setup",
  import: "nav.add",
  activity: "nav.activity",
  explain: "nav.explain",
  deleted: "nav.deleted",
  settings: "nav.settings",
} as const satisfies Record<string, WordKey>;

/** "3 need you – Accounts – Relink": the window's title follows the page. (Design brief, section 14.) */
export function pageTitle(ui: Ui): string {
  const page = t(names[ui.router.place.page]);
  const practice = ui.model.app?.practice != null;
  const count = ui.list.needing;
  if (count > 0) return t(practice ? "app.titleNeedsPractice" : "app.titleNeeds", { count, page });
  return t(practice ? "app.titlePractice" : "app.title", { page });
}
