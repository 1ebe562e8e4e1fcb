export const settingsPages = ["general", "renewal", "notifications", "app", "privacy", "about"] as const;
export type SettingsPage = (typeof settingsPages)[number];

export const detailTabs = ["overview", "media", "runway", "history"] as const;
export type DetailTab = (typeof detailTabs)[number];

/** Where one is; the addresses are those of the design brief, section 5. `id`: of `add` and of `settings` the Meta app, of `setup` the step. */
export type Place =
  | { page: "accounts"; id: string | null; tab?: DetailTab }
  | { page: "reconnect"; ids: string[]; queue: boolean }
  | { page: "calendar" }
  | { page: "add"; id?: string }
  | { page: "import" }
  | { page: "setup"; id?: string }
  | { page: "activity" }
  | { page: "explain" }
  | { page: "deleted"; id?: string }
  | { page: "settings"; section: SettingsPage; id?: string };

/** Reads a hash address; an unknown one leads to the accounts. */
export function parse(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page, rest, third] = path.split("/").map(decodeURIComponent);
  switch (page) {
    case "reconnect": {
      const queue = new URLSearchParams(query).get("queue");
      if (queue !== null) return { page, ids: queue.split(",").filter(Boolean), queue: true };
      return rest ? { page, ids: [rest], queue: false } : { page: "accounts", id: null };
    }
    case "calendar":
    case "import":
    case "activity":
    case "explain":
      return { page };
    case "deleted":
    case "add":
    case "setup":
      return rest ? { page, id: rest } : { page };
    case "settings": {
      const section = settingsPages.find((known) => known === rest) ?? "general";
      return section === "app" && third ? { page, section, id: third } : { page, section };
    }
    default: {
      const id = (page === "accounts" && rest) || null;
      const tab = detailTabs.find((known) => known === third);
      return id === null || tab === undefined ? { page: "accounts", id } : { page: "accounts", id, tab };
    }
  }
}

/** The address of a place. */
export function address(place: Place): string {
  switch (place.page) {
    case "accounts":
      if (place.id === null) return "#/accounts";
      return ["#/accounts", encodeURIComponent(place.id), ...(place.tab ? [place.tab] : [])].join("/");
    case "reconnect":
      return place.queue
        ? `#/reconnect?queue=${place.ids.map(encodeURIComponent).join(",")}`
        : `#/reconnect/${encodeURIComponent(place.ids[0] ?? "")}`;
    case "deleted":
    case "add":
    case "setup":
      return place.id === undefined ? `#/${place.page}` : `#/${place.page}/${encodeURIComponent(place.id)}`;
    case "settings":
      return place.id === undefined ? `#/settings/${place.section}` : `#/settings/${place.section}/${encodeURIComponent(place.id)}`;
    default:
      return `#/${place.page}`;
  }
}

/** The page's place, kept in the address. */
export class Router {
  #place = $state.raw<Place>(parse(location.hash));

  get place(): Place {
    return this.#place;
  }

  /** Follows the address; gives what stops it. */
  follow(): () => void {
    const turn = (): void => {
      this.#place = parse(location.hash);
    };
    addEventListener("hashchange", turn);
    return () => removeEventListener("hashchange", turn);
  }

  go(place: Place): void {
    location.hash = address(place);
    this.#place = place;
  }

  /** Goes to `place` without a way back to where one was. */
  replace(place: Place): void {
    history.replaceState(null, "", address(place));
    this.#place = place;
  }

  /** Goes to an address that came from outside (a notification). */
  open(hash: string): void {
    this.go(parse(hash));
  }
}
