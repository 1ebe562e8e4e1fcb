import type { AppCheck, AppTrouble, Credentials, Doors, Imported } from "../bindings";
import type { EnteredApp } from "../commands";
import { at, HOUR } from "./accounts";

/** Where this installation waits, as the core tells it. */
export const doors: Doors = {
  direct: false,
  registered: "https://example.org/relink/",
  listen: "http://127.0.0.1:17423/callback",
  localhost: "http://localhost:17423/callback",
  certificate: "https://localhost:17423/callback",
};

export function metaApp(app_id: string, more: Partial<Credentials> = {}): Credentials {
  return {
    id: `instagram:${app_id}`,
    route: "instagram",
    app_id,
    name: "",
    secret_saved: true,
    door: "bounce",
    redirect_address: doors.registered,
    config_id: null,
    accounts: 0,
    trouble: null,
    ...more,
  };
}

/** How the answer comes back, as it is entered or as it was before. */
export function wayBack(entered: EnteredApp, before: Credentials | undefined, there: Doors): Pick<Credentials, "door" | "redirect_address"> {
  const door = entered.door ?? before?.door ?? (there.direct ? "direct" : "bounce");
  const fixed = door === "certificate" || door === "localhost" ? there[door] : null;
  return { door, redirect_address: fixed ?? entered.redirect ?? before?.redirect_address ?? there.registered };
}

/** What the made-up provider says of an app: by the first digits of its id, so that every answer can be shown. */
export function checkOf({ app_id }: Credentials): AppCheck {
  const said = { http_status: 400, code: 101, subcode: null, error_type: "OAuthException", message: "Invalid platform app", trace_id: "A1b2C3d4E5f" };
  if (app_id.startsWith("1000")) return { app_id: "other_product", secret: "cannot_tell", evidence: said };
  if (app_id.startsWith("2000")) return { app_id: "wrong", secret: "cannot_tell", evidence: said };
  if (app_id.startsWith("3000")) return { app_id: "works", secret: "wrong", evidence: { ...said, message: "Error validating client secret." } };
  if (app_id.startsWith("4000")) return { app_id: "works", secret: "cannot_tell", evidence: null };
  if (app_id.startsWith("5000")) return { app_id: "no_answer", secret: "no_answer", evidence: null };
  return { app_id: "works", secret: "works", evidence: null };
}

/** Several apps side by side: `several`, `trouble`, `long`, `fresh` (entered, no account yet). */
export function manyApps(kind: string): Credentials[] {
  const trouble: AppTrouble = { cause: "app_problem", since: at(-2 * HOUR), retry_at: at(HOUR), count: 12 };
  const own = metaApp("1234567890123456", { name: "Agency", accounts: 13, trouble: kind === "trouble" ? trouble : null });
  if (kind === "fresh") return [metaApp("1234567890123456")];
  const page = metaApp("310000000000001", { id: "facebook:310000000000001", route: "facebook", door: "localhost", redirect_address: doors.localhost, accounts: 1, config_id: "770000000000001" });
  const bare = metaApp("1234567890123457", { name: kind === "long" ? "Gesellschaft für Donaudampfschifffahrt und Binnenhafenlogistik, Abteilung Öffent" : "Spare", door: "paste", redirect_address: doors.certificate, secret_saved: kind === "long" });
  return [own, page, bare];
}

/** A file of access made elsewhere: the made-up provider knows what begins with `IGAA`. Null: nothing in it looks like access. */
export function imported(text: string): Imported[] | null {
  const lines = text.split("\n").map((line, index) => ({ line: index + 1, word: line.trim() }));
  const given = lines.filter(({ word }) => word !== "" && !word.startsWith("#"));
  if (given.length === 0) return null;
  const nothing = { account_id: null, username: null, cause: null };
  return given.map(({ line, word }, index) => {
    if (word.length < 20) return { line, result: "malformed", ...nothing };
    if (given.findIndex((it) => it.word === word) < index) return { line, result: "twice", ...nothing };
    if (!word.startsWith("IGAA")) return { line, result: "refused", ...nothing, cause: "access_ended" };
    return { line, result: "added", ...nothing, account_id: `1784140000000${1000 + line}`, username: `imported_${line}` };
  });
}
