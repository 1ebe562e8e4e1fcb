import type { Account, Cause, Wizard, WizardFlow, WizardStep } from "../bindings";
import { START } from "./accounts";

const flows: Partial<Record<Cause, WizardFlow>> = {
  password_or_security_change: "password",
  logged_out: "password",
  expired: "expired",
  unused_too_long: "expired",
  checkpoint: "checkpoint",
  unconfirmed: "checkpoint",
  account_restricted: "checkpoint",
  app_removed: "app_removed",
  permission_missing: "permission",
  role_lost: "permission",
  page_missing: "permission",
  not_professional: "personal",
};

const quick: WizardFlow[] = ["password", "security_setting", "expired", "permission", "repeated"];

/** The steps that apply, as the core works them out. */
function stepsOf(flow: WizardFlow, way: Wizard["way"], cause: Cause | undefined): WizardStep[] {
  if (way === "quick") return ["happened", "sign_in", "finish"];
  const steps: WizardStep[] = ["happened", "prepare", "delete", "two_factor", "sign_in", "finish"];
  return steps.filter(
    (step) =>
      !(step === "prepare" && flow === "security_setting") &&
      !(step === "two_factor" && (flow === "personal" || (flow === "permission" && cause !== "role_lost"))),
  );
}

function requiredOf({ flow, answers }: Wizard): string[] {
  if (flow === "checkpoint") return ["tick.unlock", "tick.activity", "tick.wait"];
  if (flow === "personal") return ["tick.switched"];
  if (flow === "password" && answers["who"] === "not_me") return ["tick.password", "tick.activity"];
  if (flow === "permission" && answers["why"] === "role") return ["tick.role"];
  return [];
}

/** The same wizard with what follows from its answers worked out anew. */
export function settle(wizard: Wizard): Wizard {
  const steps = stepsOf(wizard.flow, wizard.way, wizard.diagnosis?.cause);
  return { ...wizard, steps, required: requiredOf(wizard) };
}

export function openWizard(account: Account, flow?: WizardFlow): Wizard {
  const its = flow ?? flows[account.diagnosis?.cause ?? "unknown"] ?? "unknown";
  const offered = quick.includes(its);
  return settle({
    flow: its,
    way: offered ? "quick" : "full",
    quick_offered: offered,
    steps: [],
    step: "happened",
    answers: {},
    required: [],
    deleted: false,
    can_undo_delete: false,
    check_again_at: null,
    diagnosis: account.diagnosis,
    started_at: new Date(START).toISOString(),
  });
}

export function answer(wizard: Wizard, key: string, value: string): Wizard {
  const others = Object.entries(wizard.answers).filter(([other]) => other !== key);
  const answers = Object.fromEntries(value === "" ? others : [...others, [key, value]]);
  // Another flow is taken up as the person goes on; only taking the choice back has its effect at once.
  return settle({ ...wizard, answers, flow: key === "fits" && value === "unknown" ? "unknown" : wizard.flow });
}

/** One step on (1) or back (-1), among those that apply. */
export function move(wizard: Wizard, by: 1 | -1): Wizard {
  const chosen = wizard.answers["fits"];
  if (by === 1 && wizard.step === "prepare" && wizard.flow === "unknown" && chosen !== undefined && chosen !== "none") {
    const taken = settle({ ...wizard, flow: chosen as WizardFlow, way: "full" });
    return taken.steps.includes("prepare") ? taken : { ...taken, step: "delete" };
  }
  const step = wizard.steps[wizard.steps.indexOf(wizard.step) + by];
  return step === undefined ? wizard : { ...wizard, step };
}
