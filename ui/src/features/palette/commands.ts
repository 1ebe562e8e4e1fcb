import type { IconName } from "../../components/icons";
import { t, type Voice } from "../../i18n";
import type { Status } from "../../ipc/bindings";
import type { Place } from "../../state/router.svelte";
import { blockerOf } from "../../state/voice";
import type { Ui } from "../../state/ui.svelte";

export interface Hit {
  id: string;
  label: string;
  icon: IconName;
  /** Of an account. */
  status: Status | null;
  /** Who blocks it, if it is blocked. */
  voice: Voice;
  press: () => unknown;
}

/** How many accounts are listed at most: typing on is faster than scrolling. */
const MOST = 20;

/** Every command and account that matches what was typed; commands first while nothing is typed. */
export function find(ui: Ui, query: string): Hit[] {
  const words = query.trim().replace(/^@/, "").toLowerCase();
  const commands = all(ui).filter((hit) => hit.label.toLowerCase().includes(words));
  if (words === "") return commands;
  const accounts = ui.list.present
    .filter((it) => it.username.toLowerCase().includes(words) || (it.name?.toLowerCase().includes(words) ?? false))
    .slice(0, MOST)
    .map((it): Hit => ({
      id: `account-${it.id}`,
      label: `@${it.username}`,
      icon: "users",
      status: it.status,
      voice: blockerOf(it),
      press: () => ui.router.go({ page: "accounts", id: it.id }),
    }));
  return [...accounts, ...commands];
}

function all(ui: Ui): Hit[] {
  const page = (id: string, label: string, icon: IconName, place: Place): Hit => ({
    id,
    label,
    icon,
    status: null,
    voice: "instagram",
    press: () => ui.router.go(place),
  });
  const command = (id: string, label: string, icon: IconName, press: () => unknown): Hit => ({
    id,
    label,
    icon,
    status: null,
    voice: "instagram",
    press,
  });
  const { fixable } = ui.list;
  return [
    page("accounts", t("nav.accounts"), "users", { page: "accounts", id: null }),
    page("add", t("palette.connect"), "plus", { page: "add" }),
    page("import", t("palette.import"), "users", { page: "import" }),
    command("check", t("palette.checkAll"), "activity", () => ui.run(() => ui.commands.check({ ids: [] }))),
    command("sync", t("palette.syncAll"), "image", () => ui.sync([])),
    ...(fixable.length > 1
      ? [command("fix", t("list.fix", { count: fixable.length }), "plug", () => ui.fixAll(fixable))]
      : []),
    ...(ui.app.undo ? [command("undo", t("palette.undo"), "rotate-ccw", () => ui.undo())] : []),
    page("calendar", t("palette.calendar"), "calendar", { page: "calendar" }),
    page("activity", t("nav.activity"), "activity", { page: "activity" }),
    page("explain", t("palette.explain"), "info", { page: "explain" }),
    page("deleted", t("nav.deleted"), "archive", { page: "deleted" }),
    page("settings", t("nav.settings"), "settings", { page: "settings", section: "general" }),
    page("notifications", t("palette.notifications"), "bell", { page: "settings", section: "notifications" }),
    ui.app.practice
      ? command("practice", t("palette.practice"), "flask-conical", () => (ui.practiceOpen = true))
      : command("start-practice", t("palette.startPractice"), "flask-conical", () => ui.switchPractice(true)),
    command("quit", t("palette.quit"), "x", () => ui.run(() => ui.commands.quit())),
  ];
}
