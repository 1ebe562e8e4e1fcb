import type { Account } from "../../ipc/bindings";
import type { Ui } from "../../state/ui.svelte";

/** Opens the browser for an account that works: what it has stays until the new access is proved. */
export function signInAgain(ui: Ui, account: Account): Promise<boolean> {
  ui.router.go({ page: "add" });
  return ui.run(() => ui.commands.connect({ route: account.route, expected: account.id }));
}
