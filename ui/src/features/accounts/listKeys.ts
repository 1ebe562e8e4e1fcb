import { t } from "../../i18n";
import type { Account } from "../../ipc/bindings";
import type { Ui } from "../../state/ui.svelte";
import { rowAction } from "../../state/status";

/** What the list does for its keys. */
export interface ListMoves {
  ui: Ui;
  /** Rows that fit into the view. */
  page: number;
  focusRow: (id: string) => void;
  openMenu: (account: Account, anchor: HTMLElement) => void;
}

/** The keys of the list (design brief, section 14). Returns whether the key was one of them. */
export function listKey(event: KeyboardEvent, moves: ListMoves): boolean {
  const row = (event.target as HTMLElement).closest<HTMLElement>("[role=row][data-id]");
  const { ui } = moves;
  const id = row?.dataset["id"];
  const account = id === undefined ? null : ui.model.account(id);
  if (row === null || account === null) return false;
  const command = event.ctrlKey || event.metaKey;
  const onRow = event.target === row;

  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: moves.page,
    PageUp: -moves.page,
    Home: -Infinity,
    End: Infinity,
  };
  const by = steps[event.key];
  if (by !== undefined) {
    ui.list.anchorAt(account.id);
    const next = ui.list.step(account.id, by);
    if (next !== null) {
      if (event.shiftKey) ui.list.extendTo(next);
      moves.focusRow(next);
    }
    return true;
  }

  switch (event.key) {
    case "ArrowLeft":
    case "ArrowRight":
      moveInside(row, event.key === "ArrowRight");
      return true;
    case "Enter":
      if (command) {
        const action = rowAction(account, ui.list.held.has(account.id));
        if (action !== null) void ui.act(action, account);
        return true;
      }
      // On a control inside the row Enter presses the control.
      if (!onRow) return false;
      ui.router.go({ page: "accounts", id: account.id });
      return true;
    case " ":
      if (!onRow) return false;
      ui.list.toggle(account.id);
      return true;
    case "a":
      if (!command) return false;
      ui.list.selectAll();
      ui.announcer.say(t("list.selectedAll", { count: ui.list.selected.size }));
      return true;
    case "Delete":
      ui.delete(ui.list.selected.has(account.id) ? ui.list.chosen : [account.id]);
      return true;
    case "F10":
      if (!event.shiftKey) return false;
      moves.openMenu(account, row);
      return true;
    case "ContextMenu":
      moves.openMenu(account, row);
      return true;
    default:
      return false;
  }
}

/** Moves among the row and its controls; the direction follows that of the language. */
function moveInside(row: HTMLElement, right: boolean): void {
  const forward = right !== (getComputedStyle(row).direction === "rtl");
  const stops = [row, ...row.querySelectorAll<HTMLElement>("[data-stop]")].filter((stop) => stop.checkVisibility?.() ?? true);
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[Math.min(Math.max(at + (forward ? 1 : -1), 0), stops.length - 1)]?.focus();
}
