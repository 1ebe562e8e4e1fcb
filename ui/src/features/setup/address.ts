/** Rules of a redirect address that is registered at Meta. (Meta platform reference, C1.) */
import type { Door, Doors, Route } from "../../ipc/bindings";

export type AddressFault = "missing" | "malformed" | "http" | "number" | "host" | "login" | "fragment" | "answer";

export interface AddressEntry {
  /** As it is registered and compared: the whole text counts, to the slash at the end. Empty where there is a fault. */
  address: string;
  fault: AddressFault | null;
}

/** Reads an address a person enters for the doors `bounce` and `paste`. */
export function readAddress(text: string): AddressEntry {
  const given = text.trim();
  const fault = addressFault(given);
  return { address: fault === null ? new URL(withScheme(given)).href : "", fault };
}

/** A host alone is taken for its https address. */
function withScheme(given: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`;
}

function addressFault(given: string): AddressFault | null {
  if (given === "") return "missing";
  if (/\s/.test(given) || !URL.canParse(withScheme(given))) return "malformed";
  const url = new URL(withScheme(given));
  // An answer that was copied from the browser: it holds a code, and is no address to register.
  if (url.searchParams.has("code") || url.searchParams.has("state")) return "answer";
  if (url.protocol === "http:") return "http";
  if (url.protocol !== "https:") return "malformed";
  if (url.username !== "" || url.password !== "") return "login";
  // The browser keeps what follows "#" to itself, so Meta compares without it.
  if (given.includes("#")) return "fragment";
  if (url.hostname.startsWith("[") || /^[0-9.]+$/.test(url.hostname)) return "number";
  if (url.hostname === "localhost") return null;
  return !url.hostname.includes(".") || url.hostname.endsWith(".local") ? "host" : null;
}

/** The same address with the slash that Meta's dashboard may have added when it saved; null where it has one. */
export function withSlash(address: string): string | null {
  const url = new URL(address);
  if (url.search !== "" || url.pathname.endsWith("/")) return null;
  return `${address}/`;
}

/** The doors there are to choose from, the recommended one first; none where the endpoints have one of their own. */
export function doorsFor(route: Route, doors: Doors): Exclude<Door, "direct">[] {
  if (doors.direct) return [];
  // Meta takes `http://localhost` for Facebook Login alone.
  return route === "facebook" ? ["bounce", "paste", "localhost", "certificate"] : ["bounce", "paste", "certificate"];
}

/** Whether the person enters the address; the others have one that follows from where Relink waits. */
export function isOwnAddress(door: Door): door is "bounce" | "paste" {
  return door === "bounce" || door === "paste";
}

/** The address to register for a door, given what was entered; empty while that is none. */
export function addressOf(door: Door, doors: Doors, entered: string): string {
  switch (door) {
    case "direct":
      return doors.registered;
    case "localhost":
      return doors.localhost;
    case "certificate":
      return doors.certificate;
    case "paste":
    case "bounce":
      return readAddress(entered).address;
  }
}
