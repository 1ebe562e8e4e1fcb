import type { Credentials, Doors, Imported } from "../bindings";

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
