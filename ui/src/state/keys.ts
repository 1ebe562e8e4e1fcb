import type { Place } from "./router.svelte";
import type { Ui } from "./ui.svelte";

const pages: Record<string, Place> = {
  "1": { page: "accounts", id: null },
  "2": { page: "activity" },
  "3": { page: "deleted" },
  "4": { page: "settings", section: "general" },
  ",": { page: "settings", section: "general" },
  n: { page: "add" },
};

/** Whether a key belongs to the text field that has the focus. */
function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type))
  );
}

/** The keys that work anywhere. (Design brief, section 14; those of the list are in its own file.) */
export function shortcuts(event: KeyboardEvent, ui: Ui): void {
  if (event.defaultPrevented || ui.model.app === null) return;
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // While a question is open only its own keys count.
  if (document.querySelector("dialog[open]") !== null && !(command && key === "k")) return;
  if (!handle(command ? `mod+${key}` : event.altKey ? `alt+${key}` : key, event, ui)) return;
  event.preventDefault();
}

function handle(keys: string, event: KeyboardEvent, ui: Ui): boolean {
  const page = keys.startsWith("mod+") ? pages[keys.slice(4)] : undefined;
  if (page !== undefined) {
    ui.router.go(page);
    return true;
  }
  switch (keys) {
    case "mod+k":
      ui.paletteOpen = !ui.paletteOpen;
      return true;
    case "mod+q":
      void ui.run(() => ui.commands.quit());
      return true;
    case "mod+z":
      if (isTyping(event)) return false;
      void ui.undo();
      return true;
    case "F5":
    case "mod+r":
      void ui.run(() => ui.commands.check({ ids: ui.list.chosen }));
      return true;
    case "mod+f":
      return focusSearch();
    case "/":
      return !isTyping(event) && focusSearch();
    case "F6":
      nextRegion(event.shiftKey);
      return true;
    case "Escape":
      return escape(ui);
    case "alt+ArrowLeft":
      return press("[data-goes-back]") || press("[data-escape]");
    default:
      return false;
  }
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("[data-testid=search]");
  field?.select();
  field?.focus();
  return field !== null;
}

/** Closes the topmost thing, else clears the selection, else nothing. */
function escape(ui: Ui): boolean {
  if (ui.practiceOpen) ui.practiceOpen = false;
  else if (ui.list.selected.size > 0) ui.list.clearSelection();
  else return press("[data-escape], [data-goes-back]");
  return true;
}

/** Presses what leads out of here, if anything does. */
function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector);
  button?.click();
  return button !== null;
}

/** Moves to the next region of the window; the toasts are one of them. */
function nextRegion(backwards: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (region) => region.querySelector(stops) !== null,
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  // Regions may lie inside one another; the inner one is where the focus is.
  const inner = regions.findLastIndex((region) => region.contains(document.activeElement));
  const next = regions[((at === -1 ? -1 : inner) + step + regions.length) % regions.length];
  next?.querySelector<HTMLElement>(stops)?.focus();
}

const stops = "a[href], button:not([tabindex='-1']), input, select, textarea, [tabindex='0']";
