import type { Credentials } from "../../ipc/bindings";
import type { Place } from "../../state/router.svelte";
import { SetupPlace } from "./place.svelte";

/**
 * Where what is wrong with a Meta app is put right: in the step of the assistant while that has not led to an account,
 * else on the app's own card.
 */
export function mendingPlace(credentials: Credentials[], app: string, step: "address" | "keys"): Place {
  const known = credentials.find(({ id }) => id === app);
  const isUnderWay = known?.accounts === 0 && new SetupPlace().draft.app === app;
  return known === undefined || isUnderWay ? { page: "setup", id: step } : { page: "settings", section: "app", id: app };
}
