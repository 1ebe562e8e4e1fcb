import type { Door, Route } from "../../ipc/bindings";
import { isStep, nothing, type Draft } from "./steps";

/** Where the page keeps the place of a set-up that is not finished, over restarts. */
const KEY = "relink.setup";

const routes: Record<Route, true> = { instagram: true, facebook: true };
const doors: Record<Door, true> = { direct: true, bounce: true, paste: true, localhost: true, certificate: true };

/** Reads what was kept; what is not understood counts as nothing, e.g. of a later version. */
export function readDraft(text: string | null): Draft {
  try {
    const kept: unknown = JSON.parse(text ?? "null");
    if (typeof kept !== "object" || kept === null) return nothing;
    const { step, route, door, entered, app } = kept as Record<string, string | null | undefined>;
    return {
      step: isStep(step) ? step : nothing.step,
      route: route && route in routes ? (route as Route) : nothing.route,
      door: door && door in doors ? (door as Door) : null,
      entered: typeof entered === "string" ? entered : "",
      app: typeof app === "string" ? app : null,
    };
  } catch {
    return nothing;
  }
}

/** The place of the assistant: one way of setting up, kept by the page; secrets are never part of it. */
export class SetupPlace {
  #draft = $state.raw<Draft>(readDraft(read()));

  get draft(): Draft {
    return this.#draft;
  }

  change(some: Partial<Draft>): void {
    this.#draft = { ...this.#draft, ...some };
    write(JSON.stringify(this.#draft));
  }

  /** Begins anew. */
  forget(): void {
    this.#draft = nothing;
    write(null);
  }
}

// A web view may refuse its storage; then the place is kept as long as the screen is open.
function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function write(text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    // See above.
  }
}
