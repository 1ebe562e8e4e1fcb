import { render } from "@testing-library/svelte";
import { tick } from "svelte";
import { vi } from "vitest";
import App from "../App.svelte";
import { memoryBridge, type MemoryBridge } from "../ipc/memory";
import { Ui } from "../state/ui.svelte";

export interface Page {
  ui: Ui;
  bridge: MemoryBridge;
  get: (testid: string) => HTMLElement;
  find: (testid: string) => HTMLElement | null;
  settle: () => Promise<void>;
}

/** The whole page over a made-up world, e.g. `page("scene=flow-password-delete", "#/reconnect/…")`. */
export async function page(query = "", hash = "#/accounts"): Promise<Page> {
  document.documentElement.removeAttribute("data-ready");
  location.hash = hash;
  const bridge = memoryBridge(new URLSearchParams(query));
  const ui = new Ui(bridge);
  render(App, { ui });
  const find: Page["find"] = (testid) => document.querySelector(`[data-testid="${CSS.escape(testid)}"]`);
  const made: Page = {
    ui,
    bridge,
    find,
    get: (testid) => {
      const found = find(testid);
      if (found === null) throw new Error(`Nothing is called ${testid}`);
      return found;
    },
    /** Lets promises, late screens and effects come to rest. */
    settle: async () => {
      for (let round = 0; round < 8; round += 1) {
        await vi.dynamicImportSettled();
        await new Promise((done) => setTimeout(done, 0));
        await tick();
      }
    },
  };
  await made.settle();
  return made;
}

export function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}
