import type { Account, Link, Route, Wizard, WizardFlow } from "../../ipc/bindings";

/** The keys under which the core keeps what a person answers and ticks. */
export const answers = { who: "who", why: "why", fits: "fits", twoFactor: "two_factor" } as const;

/** A page outside that needs no more than its name. */
export type Place = Exclude<Link["kind"], "profile">;

/** Where the same thing is found for accounts that came through Facebook; null: there is no such page. (Meta platform reference, H.) */
const atFacebook: Partial<Record<Place, Place | null>> = {
  security_settings: "facebook",
  login_activity: "facebook",
  instagram: "facebook",
  manage_access: "facebook_apps",
  // The help names Instagram's own menus.
  two_factor_help: null,
};

/** The page that `place` is on the side of `route`. */
export function placeFor(place: Place, route: Route): Place | null {
  const its = route === "facebook" ? atFacebook[place] : undefined;
  return its === undefined ? place : its;
}

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
    | "linked"
    | "pageRole"
    | "switched"
    | "devices"
    | "sharing"
    | "switching"
    | "running";
  link?: Place;
  /** A message to copy and send to somebody. */
  message?: "colleague" | "admin" | "page";
}

const tick = (words: TickItem["words"], more: Omit<TickItem, "key" | "words"> = {}, key: string = words): TickItem => ({
  key: `tick.${key}`,
  words,
  ...more,
});

const password = tick("password", { link: "security_settings" });
const activity = tick("activity", { link: "login_activity" });

const role = (link: Partial<TickItem>): TickItem => tick("role", { message: "admin", ...link });

/** What brings a lost role or a lost Page back is known: nothing is asked about it. (Meta platform reference, H.) */
export type Loss = "role" | "page";
export function lossOf({ flow, diagnosis }: Pick<Wizard, "flow" | "diagnosis">): Loss | null {
  if (flow !== "permission") return null;
  return diagnosis?.cause === "role_lost" ? "role" : diagnosis?.cause === "page_missing" ? "page" : null;
}

/** What the wizard is about, where words differ by it. */
export const topicOf = (wizard: Pick<Wizard, "flow" | "diagnosis">): WizardFlow | Loss => lossOf(wizard) ?? wizard.flow;

/** The things to do before going on, for an account of `route`. */
export function itemsOf(wizard: Wizard, { route }: Pick<Account, "route">): TickItem[] {
  const people: Partial<TickItem> = route === "facebook" ? { link: "business_settings" } : {};
  switch (lossOf(wizard)) {
    case "role":
      return [role(people)];
    case "page":
      return [tick("linked", { link: "page_link_help", message: "page" }), tick("pageRole", people)];
    case null:
      return prepare[wizard.flow](wizard).map((item) => (item.words === "role" ? { ...item, ...people } : item));
  }
}

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
      ? [role({})]
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

/** The question to ask before going on; none where the cause is its own answer. */
export const questionOf = (wizard: Wizard): Question | null => (lossOf(wizard) === null ? preparing[wizard.flow] : null);

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
