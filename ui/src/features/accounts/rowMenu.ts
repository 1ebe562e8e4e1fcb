import type { MenuItem } from "../../components/Menu.svelte";
import { t } from "../../i18n";
import type { Account } from "../../ipc/bindings";
import { looks } from "../../state/status";
import type { Ui } from "../../state/ui.svelte";

/** What the ⋮ menu of an account offers. (Design brief 6.2.) */
export function rowMenu(ui: Ui, account: Account): MenuItem[] {
  const { id } = account;
  const ids = [id];
  /** Instagram refuses the app as a whole: neither signing in again nor deleting mends that. */
  const held = ui.list.held.has(id);
  /** What is gone cannot be renewed. */
  const renewable = account.status !== "revoked" && account.status !== "expired";
  const items: (MenuItem | false)[] = [
    { id: "open", label: t("menu.open"), press: () => ui.router.go({ page: "accounts", id }) },
    { id: "check", label: t("menu.check"), icon: "activity", press: () => ui.run(() => ui.commands.check({ ids })) },
    !account.endless && renewable && { id: "renew", label: t("menu.renew"), icon: "refresh-cw", press: () => ui.run(() => ui.commands.renew({ ids })) },
    looks[account.status].family !== "bad" && { id: "sync", label: t("menu.sync"), icon: "image", press: () => ui.sync(ids) },
    !held && {
      id: "reconnect",
      label: t("menu.reconnect"),
      icon: "plug",
      press: () => ui.router.go({ page: "reconnect", ids, queue: false }),
    },
    { id: "copy", label: t("menu.copy"), icon: "copy", press: () => ui.copy(account.username) },
    {
      id: "profile",
      label: t("menu.profile"),
      outside: t("action.outside"),
      press: () => ui.open({ kind: "profile", account_id: id }),
    },
    { id: "label", label: t("menu.label"), press: () => (ui.question = { kind: "label", ids }) },
    !held && { id: "delete", label: t("menu.delete"), icon: "trash-2", danger: true, press: () => ui.delete(ids) },
  ];
  return items.filter((item) => item !== false);
}
