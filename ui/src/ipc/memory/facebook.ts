import type { Account, Attempt, Credentials, OfferedPage } from "../bindings";
import { account, at, DAY } from "./accounts";
import { doors, metaApp } from "./apps";

const scopes = [
  "instagram_basic",
  "pages_show_list",
  "pages_read_engagement",
  "business_management",
  "instagram_content_publish",
  "instagram_manage_insights",
];

export const facebookApp: Credentials = metaApp("100000000000001", {
  id: "facebook:100000000000001",
  route: "facebook",
  name: "Agency desk",
  door: "localhost",
  redirect_address: doors.localhost,
  accounts: 4,
});

/** An account that is reached through a Facebook Page: its access has no end. */
export function throughPage(number: number, username: string, more: Partial<Account> = {}): Account {
  return account(number, username, {
    route: "facebook",
    app: facebookApp.id,
    page: { id: `1234500000${number}`, name: `${username.replace(/[._]/g, " ")} on Facebook` },
    expires_at: null,
    endless: true,
    data_access_until: at(83 * DAY),
    renew_due_at: null,
    renew_not_before: null,
    last_renewed_at: null,
    permissions: scopes.map((scope) => ({ scope, granted: true, declined: false })),
    ...more,
  });
}

/** The same account, connected through a Facebook Page. */
export function viaPage(it: Account): Account {
  const { app, page, endless, data_access_until, renew_due_at, renew_not_before, permissions } = throughPage(1, it.username);
  const granted = permissions.map((one) => ({ ...one, granted: it.status !== "limited" || !one.scope.endsWith("publish") }));
  return { ...it, route: "facebook", app, page, endless, expires_at: null, data_access_until, renew_due_at, renew_not_before, permissions: granted };
}

/** Four accounts of one person at Facebook, in what may become of them; the first is the one scenes are about. */
export function ofOnePerson(kind: string): Account[] {
  const made = ["shop_north", "harbour.hotel", "tea_house", "paper_shop"].map((name, index) => throughPage(index + 1, name));
  return made.map((it, index) => ({
    ...it,
    shares_grant_with: made.filter((other) => other !== it).map((other) => other.id),
    ...(kind === "alone" ? { shares_grant_with: [] } : {}),
    ...(kind === "declined" && index === 0
      ? { status: "limited" as const, permissions: it.permissions.map((one) => (one.scope.endsWith("publish") ? { ...one, granted: false, declined: true } : one)) }
      : {}),
    ...(kind === "data" && index === 0 ? { data_access_until: at(6 * DAY) } : {}),
    ...(kind === "over" && index === 0 ? { data_access_until: at(-2 * DAY) } : {}),
    ...(kind === "deleted" && index === 0 ? { status: "removed" as const, removed_at: at(-DAY), removed_there: false } : {}),
  }));
}

/** The Pages that came back: `few`, `many` (100), `none` (none can be used) or `empty`. */
export function offered(kind: string): OfferedPage[] {
  const page = (number: number, page_name: string, username: string | null, state: OfferedPage["state"]): OfferedPage => ({
    page_id: String(900000000000000 + number),
    page_name,
    account_id: username === null ? null : String(17841488800000000n + BigInt(number)),
    username,
    name: username === null ? null : page_name,
    state,
  });
  const unusable = [
    page(81, "Old market stall", null, "no_instagram"),
    page(82, "City festival", "city_festival", "no_task"),
  ];
  if (kind === "empty") return [];
  if (kind === "none") return unusable;
  if (kind === "many") {
    const ready = Array.from({ length: 96 }, (_, index) =>
      page(index + 1, `Branch number ${index + 1}, Gesellschaft für Donaudampfschifffahrt und Binnenhafenlogistik`, `branch_of_a_very_long_name_${index + 1}`, index % 12 === 5 ? "known" : "ready"),
    );
    return [...ready, ...unusable, page(98, "Pop-up store", null, "no_instagram"), page(99, "Partner", "partner.page", "no_task")];
  }
  return [
    page(1, "Shop North", "shop_north_new", "ready"),
    page(2, "Hotel Seeblick am Wörthersee", "hotel.seeblick", "ready"),
    page(3, "Tea House", "tea_house", "known"),
    page(4, "Kite School", "kite_school_oslo", "ready"),
    ...unusable,
  ];
}

/** An attempt through Facebook instead of one through Instagram. */
export function overFacebook(it: Attempt): Attempt {
  const route = "facebook";
  const missing_scopes = it.missing_scopes.length > 0 ? ["instagram_content_publish", "business_management"] : [];
  return { ...it, route, app: facebookApp.id, door: "localhost", redirect_address: doors.localhost, asked: scopes, missing_scopes };
}
