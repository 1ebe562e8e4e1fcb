import { t } from "../../i18n";
import type { Credentials } from "../../ipc/bindings";

/** What a Meta app is called: as the person named it, else by its id. */
export function appName({ name, app_id }: Credentials): string {
  return name === "" ? t("setup.unnamed", { id: app_id }) : name;
}
