import { mount } from "svelte";
import App from "./App.svelte";
import { tauriBridge, type Bridge } from "./ipc/bridge";
import { Ui } from "./state/ui.svelte";

/** The real core; outside the window, in builds for designing and testing, a world inside the page. */
async function chooseBridge(): Promise<Bridge> {
  if (import.meta.env.MODE !== "production") {
    const asked = new URLSearchParams(location.search).has("memory");
    if (asked || !("__TAURI_INTERNALS__" in window)) {
      const { memoryBridge } = await import("./ipc/memory");
      return memoryBridge(new URLSearchParams(location.search));
    }
  }
  return tauriBridge();
}

const target = document.getElementById("app");
if (target === null) throw new Error("The page has no place for the app");
const ui = new Ui(await chooseBridge());
mount(App, { target, props: { ui } });
requestAnimationFrame(() => performance.mark("relink-first-frame"));
