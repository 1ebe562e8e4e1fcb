import { t } from "../../i18n";
import type { Account, AppState, Attempt, Credentials, Door, Doors, Route } from "../../ipc/bindings";
import type { Connecting } from "../../ipc/commands";
import { optionalScopes } from "../detail/scopes";

/** What the person chose for the next trip; what is left out is as the account or the Meta app has it. */
export type Chosen = Partial<Connecting>;

/** The name of who is signed in to. Needs the words of `connect`. */
export const provider = (route: Route): string => t(`connect.provider.${route}`);

/** The Meta apps of a route that a sign-in can go through. */
export function appsOf({ credentials }: Pick<AppState, "credentials">, route: Route): Credentials[] {
  return credentials.filter((it) => it.route === route && it.secret_saved);
}

/** The app a sign-in goes through where none is named: the account's own, or the first of the route. */
export function usualApp(app: Pick<AppState, "credentials">, route: Route, expected: Account | null): Credentials | null {
  const apps = appsOf(app, route);
  return apps.find((it) => it.id === expected?.app) ?? apps[0] ?? null;
}

/** What a Meta app is called: its own name, else its id. */
export const appName = ({ name, app_id }: Pick<Credentials, "name" | "app_id">): string => name || app_id;

/** The ways back there are to choose from; none where the endpoints leave no choice. */
export function doorsOf(doors: Doors, route: Route): Door[] {
  if (doors.direct) return [];
  return route === "facebook" ? ["bounce", "localhost", "certificate", "paste"] : ["bounce", "certificate", "paste"];
}

/** The address that must be registered at Meta for a way back. */
export function registeredFor(door: Door, doors: Doors, app: Pick<Credentials, "door" | "redirect_address"> | null): string {
  if (door === "localhost" || door === "certificate") return doors[door];
  if (app?.door === door) return app.redirect_address;
  return door === "paste" ? doors.certificate : doors.registered;
}

/** The same trip once more: through the same app, asking for the same permissions. */
export function sameAgain(app: Pick<AppState, "credentials">, attempt: Attempt): Chosen {
  const optional = optionalScopes(attempt.route);
  const wanted = optional.filter((scope) => attempt.asked.includes(scope));
  return {
    ...(app.credentials.some((it) => it.id === attempt.app) ? { app: attempt.app } : {}),
    ...(attempt.asked.length > 0 && wanted.length < optional.length ? { permissions: wanted } : {}),
  };
}

/**
 * Whether the Meta app was changed in Settings since the attempt began: its link still asks for what was wrong, so that
 * opening it once more helps nobody.
 */
export function isOutdated({ credentials, practice }: Pick<AppState, "credentials" | "practice">, attempt: Attempt): boolean {
  if (practice !== null) return false;
  const app = credentials.find((it) => it.id === attempt.app);
  return app === undefined || (app.door === attempt.door && app.redirect_address !== attempt.redirect_address);
}
