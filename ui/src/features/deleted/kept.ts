import { t } from "../../i18n";
import type { Account } from "../../ipc/bindings";

/** What is kept of an account whatever happens to its access, in words. Needs the words of `deleted`. */
export function keptItems({ kept: { history, media, has_notes } }: Account): string[] {
  return [
    media > 0 && t("deleted.kept.media", { count: media }),
    history > 0 && t("deleted.kept.history", { count: history }),
    has_notes && t("deleted.kept.notes"),
  ].filter((item) => item !== false);
}
