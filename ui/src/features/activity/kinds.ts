import type { IconName } from "../../components/icons";
import type { EntryKind } from "../../ipc/bindings";
import type { Family } from "../../state/status";

export type Group = "connections" | "renewals" | "checks" | "app";
export const groups: Group[] = ["connections", "renewals", "checks", "app"];

interface Kind {
  icon: IconName;
  family: Family;
  group: Group;
}

/** How each kind of line looks and where it belongs; a new kind must be considered here. */
export const kinds: Record<EntryKind, Kind> = {
  connected: { icon: "plug", family: "ok", group: "connections" },
  reconnected: { icon: "plug", family: "ok", group: "connections" },
  attempt_opened: { icon: "external-link", family: "idle", group: "connections" },
  attempt_failed: { icon: "user-x", family: "warn", group: "connections" },
  renewed: { icon: "refresh-cw", family: "ok", group: "renewals" },
  renewal_failed: { icon: "clock-alert", family: "warn", group: "renewals" },
  check_failed: { icon: "triangle-alert", family: "warn", group: "checks" },
  lost: { icon: "unplug", family: "bad", group: "checks" },
  recovered: { icon: "circle-check", family: "ok", group: "checks" },
  blocked: { icon: "octagon-alert", family: "bad", group: "checks" },
  limited: { icon: "shield-alert", family: "warn", group: "checks" },
  profile_changed: { icon: "users", family: "idle", group: "checks" },
  permissions_changed: { icon: "shield-check", family: "idle", group: "checks" },
  revoked: { icon: "shield-check", family: "idle", group: "connections" },
  revoke_failed: { icon: "shield-alert", family: "warn", group: "connections" },
  deleted: { icon: "archive", family: "idle", group: "connections" },
  delete_undone: { icon: "rotate-ccw", family: "idle", group: "connections" },
  access_erased: { icon: "trash-2", family: "idle", group: "connections" },
  erased: { icon: "trash-2", family: "idle", group: "connections" },
  two_factor_answered: { icon: "shield-check", family: "idle", group: "connections" },
  key_state_changed: { icon: "key-round", family: "idle", group: "app" },
  credentials_saved: { icon: "key-round", family: "idle", group: "app" },
  synced: { icon: "image", family: "ok", group: "checks" },
  sync_failed: { icon: "triangle-alert", family: "warn", group: "checks" },
  settings_changed: { icon: "settings", family: "idle", group: "app" },
  clock_skew: { icon: "clock-alert", family: "warn", group: "app" },
  app_started: { icon: "activity", family: "idle", group: "app" },
};
