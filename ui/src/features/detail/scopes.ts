import { t } from "../../i18n";

const known = [
  "instagram_business_basic",
  "instagram_business_content_publish",
  "instagram_business_manage_comments",
  "instagram_business_manage_messages",
  "instagram_business_manage_insights",
] as const;

/** A permission in words; one the page does not know by its own name. */
export function scopeWords(scope: string): string {
  const named = known.find((name) => name === scope);
  return named === undefined ? t("scope.other", { scope }) : t(`scope.${named}`);
}
