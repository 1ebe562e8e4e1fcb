import { t } from "../../i18n";
import type { Route } from "../../ipc/bindings";

const known = [
  "instagram_business_basic",
  "instagram_business_content_publish",
  "instagram_business_manage_comments",
  "instagram_business_manage_messages",
  "instagram_business_manage_insights",
  "instagram_basic",
  "pages_show_list",
  "pages_read_engagement",
  "business_management",
  "instagram_content_publish",
  "instagram_manage_comments",
  "instagram_manage_messages",
  "instagram_manage_insights",
] as const;
type Known = (typeof known)[number];

/** What the app asks for, in the order of the core (`domain::grant`); the needed ones are asked for always. */
const asked: Record<Route, { needed: Known[]; optional: Known[] }> = {
  instagram: {
    needed: ["instagram_business_basic"],
    optional: ["instagram_business_content_publish", "instagram_business_manage_insights"],
  },
  facebook: {
    needed: ["instagram_basic", "pages_show_list", "pages_read_engagement"],
    optional: ["business_management", "instagram_content_publish", "instagram_manage_insights"],
  },
};

export const neededScopes = (route: Route): readonly string[] => asked[route].needed;
export const optionalScopes = (route: Route): readonly string[] => asked[route].optional;

const named = (scope: string): Known | undefined => known.find((name) => name === scope);

/** A permission in words; one the page does not know by its own name. Needs the words of `scope`. */
export function scopeWords(scope: string): string {
  const name = named(scope);
  return name === undefined ? t("scope.other", { scope }) : t(`scope.${name}`);
}

/** What a permission is for; null: not known here. */
export function scopePurpose(scope: string): string | null {
  const name = named(scope);
  return name === undefined ? null : t(`scope.${name}.for`);
}

/** What does not work without it; null: not known here. */
export function scopeLoss(scope: string): string | null {
  const name = named(scope);
  return name === undefined ? null : t(`scope.${name}.without`);
}
