import type { Snippet } from "svelte";
import type { SetupPlace } from "./place.svelte";
import type { SetupStep } from "./steps";

/** What every step of the assistant is given. */
export interface StepProps extends Record<string, unknown> {
  place: SetupPlace;
  go: (step: SetupStep) => void;
  /** Goes to the next step. */
  next: () => void;
  /** Back, where there is a step before. */
  back: Snippet | undefined;
}
