import type { Door, Route } from "../../ipc/bindings";

/** What the browser may show when no answer comes; the words are `connect.asks.<name>`. (Meta platform reference, D3.) */
export type Sight =
  | "signing"
  | "unavailable"
  | "app"
  | "appId"
  | "redirect"
  | "blocked"
  | "scopes"
  | "notAllowed"
  | "unsafe"
  | "unreachable"
  | "blank"
  | "somebody"
  | "done"
  | "other";

/** Where a sight leads; the words are `connect.asks.help.<name>`. */
export type Help = "settings" | "address" | "tester" | "dashboard" | "paste" | "again" | "private" | "other" | "choose" | "explain";

const sights: Sight[] = [
  "signing",
  "unavailable",
  "app",
  "appId",
  "redirect",
  "blocked",
  "scopes",
  "notAllowed",
  "unsafe",
  "unreachable",
  "blank",
  "somebody",
  "done",
  "other",
];

/** Those that are seen on one route, or with some ways back, only. */
const only: Partial<Record<Sight, { route?: Route; doors?: Door[] }>> = {
  unavailable: { route: "instagram" },
  app: { route: "instagram" },
  appId: { route: "facebook" },
  redirect: { route: "instagram" },
  blocked: { route: "facebook" },
  unsafe: { doors: ["certificate"] },
  blank: { doors: ["direct", "bounce", "localhost", "certificate"] },
  done: { doors: ["direct", "bounce", "localhost", "certificate"] },
};

/** What can be seen on this route with this way back. */
export function sightsOf(route: Route, door: Door): Sight[] {
  return sights.filter((sight) => {
    const { route: its = route, doors = [door] } = only[sight] ?? {};
    return its === route && doors.includes(door);
  });
}

/** The ways on from a sight, the one that helps most first. None is without one. */
export function helpsOf(sight: Sight, route: Route): Help[] {
  switch (sight) {
    case "signing":
      return ["again"];
    case "unavailable":
    case "app":
    case "appId":
      return ["settings", "dashboard"];
    case "redirect":
      return ["address", "dashboard", "settings"];
    case "blocked":
      return ["address", "dashboard", "again", "other"];
    case "scopes":
      return ["dashboard", "choose"];
    case "notAllowed":
      return route === "instagram" ? ["tester", "dashboard", "again"] : ["dashboard", "again"];
    case "unsafe":
      return ["again", "paste", "other"];
    case "unreachable":
    case "blank":
    case "done":
      return ["paste", "other"];
    case "somebody":
      return ["private", "again"];
    case "other":
      return ["paste", "explain", "other"];
  }
}
