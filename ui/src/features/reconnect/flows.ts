import type { Link, Wizard, WizardFlow } from "../../ipc/bindings";

/** The keys under which the core keeps what a person answers and ticks. */
export const answers = { who: "who", why: "why", fits: "fits", twoFactor: "two_factor" } as const;

/** A thing to do before going on. */
export interface TickItem {
  /** The core's key, e.g. "tick.unlock"; `required` of the wizard names those that must be ticked. */
  key: string;
  words:
    | "password"
    | "passwordIfWrong"
    | "activity"
    | "unlock"
    | "wait"
    | "manage"
    | "tell"
    | "role"
    | "switched"
    | "devices"
    | "sharing"
    | "switching"
    | "running";
  link?: Exclude<Link["kind"], "profile">;
  /** A message to copy and send to somebody. */
  message?: "colleague" | "admin";
}

const tick = (words: TickItem["words"], more: Omit<TickItem, "key" | "words"> = {}, key: string = words): TickItem => ({
  key: `tick.${key}`,
  words,
  ...more,
});

const password = tick("password", { link: "security_settings" });
const activity = tick("activity", { link: "login_activity" });

/** What each flow asks for in "Before you go on", given what was answered so far. (Design brief, 7.1 to 7.9.) */
export const prepare: Record<WizardFlow, (wizard: Wizard) => TickItem[]> = {
  password: (wizard) => (wizard.answers["who"] === "not_me" ? [password, activity] : []),
  security_setting: () => [],
  expired: () => [tick("running")],
  checkpoint: () => [
    tick("unlock", { link: "instagram" }),
    activity,
    tick("passwordIfWrong", { link: "security_settings" }, "password"),
    tick("wait"),
  ],
  app_removed: (wizard) => [
    ...(wizard.answers["why"] === "colleague" ? [tick("tell", { message: "colleague" as const })] : []),
    tick("manage", { link: "manage_access" }),
  ],
  permission: (wizard) =>
    wizard.answers["why"] === "role" || wizard.answers["why"] === "unsure"
      ? [tick("role", { message: "admin" })]
      : [],
  personal: () => [tick("switched", { link: "professional_help" })],
  repeated: () => [tick("devices", { link: "login_activity" }), tick("sharing"), tick("switching")],
  unknown: () => [],
};

/** The question of a flow, asked in `happened` or in `prepare`; its answers are codes the core keeps. */
export const questions = {
  who: { key: answers.who, values: ["me", "team", "not_me"] },
  why_removed: { key: answers.why, values: ["accident", "colleague", "meant"] },
  why_permission: { key: answers.why, values: ["unticked", "role", "unsure"] },
  fits: {
    key: answers.fits,
    values: ["password", "security_setting", "checkpoint", "app_removed", "permission", "none"],
  },
} as const;
export type Question = keyof typeof questions;

/** The question that belongs to `prepare` of a flow. */
export const preparing: Record<WizardFlow, Question | null> = {
  password: "who",
  security_setting: null,
  expired: null,
  checkpoint: null,
  app_removed: null,
  permission: "why_permission",
  personal: null,
  repeated: null,
  unknown: "fits",
};

/** Whether two-factor authentication is put more urgently in a flow. */
export const urgesTwoFactor: Record<WizardFlow, boolean> = {
  password: false,
  security_setting: false,
  expired: false,
  checkpoint: true,
  app_removed: false,
  permission: false,
  personal: false,
  repeated: true,
  unknown: false,
};

/** Whether everything required is ticked. */
export function isPrepared(wizard: Wizard): boolean {
  return wizard.required.every((key) => wizard.answers[key] === "yes");
}
