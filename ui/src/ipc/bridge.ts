import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Patch } from "./bindings";
import type { Commands } from "./commands";

/** The events of the core and what they carry. */
export interface Events {
  patch: Patch;
  /** Ask for the snapshot again. */
  reset: null;
  /** A hash address to show, e.g. `#/reconnect/1784…`. */
  navigate: string;
  /** The window is back after it was closed to the tray for the first time. */
  closed_to_tray: null;
}

/** The one door between the page and the core. */
export interface Bridge {
  commands: Commands;
  /** Resolves once the listener stands; gives what takes it away again. */
  listen<E extends keyof Events>(event: E, heard: (payload: Events[E]) => void): Promise<() => void>;
}

/** The door to the real core. Arguments keep the names they have in `commands.ts`. */
export function tauriBridge(): Bridge {
  return {
    commands: new Proxy({} as Commands, {
      get: (_, name: string) => (args?: Record<string, unknown>) => invoke(name, args),
    }),
    listen: (event, heard) => listen(event, (message) => heard(message.payload as never)),
  };
}
