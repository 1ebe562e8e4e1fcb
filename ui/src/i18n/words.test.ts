import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { pack, readMessages, renderTypes } from "../../build/words.js";
import { learn, pieces, t, type WordKey } from "./index";

const messages = readMessages() as Record<string, string | Record<string, string>>;

describe("the words", () => {
  it("have types that are not older than they", () => {
    const committed = readFileSync("src/i18n/words.d.ts", "utf8");
    expect(committed, "run `npm run words`").toBe(renderTypes(messages));
  });

  it.each([
    [0, "0 days left"],
    [1, "1 day left"],
    [2, "2 days left"],
    [1000, "1,000 days left"],
  ])("take the plural of %i", (count, text) => {
    expect(t("time.left.days", { count })).toBe(text);
  });

  it("have the same parameters in every plural form, but for the count", () => {
    for (const [key, message] of Object.entries(messages)) {
      if (typeof message === "string") continue;
      expect(message["other"], `${key} needs the form "other"`).toBeTypeOf("string");
      const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((it) => it[1] ?? "").filter((it) => it !== "count").sort();
      const forms = Object.values(message).map((text) => names(text).join());
      // "1 of {count}" may leave out what is one.
      expect(new Set(forms).size, key).toBe(1);
    }
  });

  it("come out of their packing as they went in, every form of every message", () => {
    const areas = new Map<string, [string, string | Record<string, string>][]>();
    for (const [key, message] of Object.entries(messages)) {
      const [area = "", ...rest] = key.split(".");
      areas.set(area, [...(areas.get(area) ?? []), [rest.join("."), message]]);
    }
    for (const [area, its] of areas) learn({ [area]: pack(its) });
    const counts = { one: 1, other: 2 } as Record<string, number>;
    for (const [key, message] of Object.entries(messages)) {
      const forms = typeof message === "string" ? { other: message } : message;
      for (const [category, text] of Object.entries(forms)) {
        const count = counts[category] ?? 0;
        const values = new Proxy({ count } as Record<string, unknown>, { get: (_, name) => (name === "count" ? count : `{${String(name)}}`) });
        expect(t(key as "list.count", values as { count: number }), `${key} ${category}`).toBe(text.replaceAll("{count}", String(count)));
      }
    }
    expect(() => t("nowhere.at all" as WordKey as "app.name")).toThrow("No words");
  });

  it("call signing in by one name, but for what Instagram's own pages are called", () => {
    for (const [key, message] of Object.entries(messages)) {
      for (const text of typeof message === "string" ? [message] : Object.values(message)) {
        expect(text.replace(/“[^”]*”/g, ""), key).not.toMatch(/\blog(s|ged|ging)?[ -]?ins?\b/i);
      }
    }
  });

  it("keep names apart from the sentence around them", () => {
    expect(pieces("undo.one", { name: "shop" })).toEqual([
      { text: "@", name: null },
      { text: "shop", name: "name" },
      { text: " deleted. Media and notes are kept.", name: null },
    ]);
  });

  it("keep to the house rules", () => {
    for (const [key, message] of Object.entries(messages)) {
      for (const text of typeof message === "string" ? [message] : Object.values(message)) {
        expect(text, `${key}: no exclamation marks`).not.toMatch(/!/);
        expect(text, `${key}: typographic apostrophes`).not.toMatch(/'/);
        expect(text, `${key}: the term is two-factor authentication`).not.toMatch(/\b2FA\b/);
        if (!/token/.test(key)) expect(text, `${key}: access, not token`).not.toMatch(/\btokens?\b/i);
      }
    }
  });
});
