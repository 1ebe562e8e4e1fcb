import type { Credentials, Door, Doors, Route } from "../../ipc/bindings";
import { addressOf, doorsFor } from "./address";

/** From nothing to a connected account, in the order in which each needs the one before. */
export const setupSteps = ["start", "make", "address", "keys", "people", "connect"] as const;
export type SetupStep = (typeof setupSteps)[number];

export function isStep(word: unknown): word is SetupStep {
  return (setupSteps as readonly unknown[]).includes(word);
}

/** What was chosen on the way. Nothing of it is secret; the app id and the secret are in the core once they are saved. */
export interface Draft {
  step: SetupStep;
  route: Route;
  /** How the answer is to come back; null: not chosen yet. */
  door: Door | null;
  /** The address that was entered for the doors that have one of the person's own. */
  entered: string;
  /** What the saved app is called in commands; null: nothing is saved yet. */
  app: string | null;
}

export const nothing: Draft = { step: "start", route: "instagram", door: null, entered: "", app: null };

/** Whether it is settled how the answer comes back. */
export function hasAddress({ route, door, entered }: Draft, doors: Doors): boolean {
  if (doors.direct) return true;
  return door !== null && doorsFor(route, doors).some((it) => it === door) && addressOf(door, doors, entered) !== "";
}

/**
 * The app of this way, once its secret is kept. Where none was saved on the way, one of the route that has no account
 * yet: it was entered elsewhere, and what is left to do is the same.
 */
export function savedApp({ app, route }: Draft, credentials: Credentials[]): Credentials | null {
  const isIt = (it: Credentials): boolean => (app === null ? it.route === route && it.accounts === 0 : it.id === app);
  return credentials.find((it) => it.secret_saved && isIt(it)) ?? null;
}

/** The step that is shown where `wanted` is asked for: the first before it that is still to be done, or itself. */
export function reach(wanted: SetupStep, draft: Draft, doors: Doors, credentials: Credentials[]): SetupStep {
  const saved = savedApp(draft, credentials) !== null;
  const at = setupSteps.indexOf(wanted);
  if (!saved && at > setupSteps.indexOf("address") && !hasAddress(draft, doors)) return "address";
  return !saved && at > setupSteps.indexOf("keys") ? "keys" : wanted;
}

/** Whether the way has come to its end: an account is connected through the app. */
export function isOver(draft: Draft, credentials: Credentials[]): boolean {
  return (savedApp(draft, credentials)?.accounts ?? 0) > 0;
}

export function before(step: SetupStep): SetupStep | null {
  return setupSteps[setupSteps.indexOf(step) - 1] ?? null;
}

export function after(step: SetupStep): SetupStep | null {
  return setupSteps[setupSteps.indexOf(step) + 1] ?? null;
}
