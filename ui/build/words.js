import { readFileSync } from "node:fs";
import { join } from "node:path";

const prefix = "virtual:words/";
const source = join(import.meta.dirname, "../messages/en.json");

/** Reads the messages; the part of a key before its first dot is its area. */
export function readMessages() {
  return JSON.parse(readFileSync(source, "utf8"));
}

/**
 * Serves `virtual:words/<area>+<area>`: the messages of the areas, as a module. A screen that is loaded late
 * brings its own words, so that the start page carries only those it shows.
 */
export function words() {
  return {
    name: "relink-words",
    resolveId(id) {
      return id.startsWith(prefix) ? `\0${id}` : null;
    },
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      this.addWatchFile(source);
      const areas = id.slice(prefix.length + 1).split("+");
      // Several areas: one module each, so that screens share what they have in common.
      if (areas.length > 1) {
        const imports = areas.map((area, index) => `import a${index} from "${prefix}${area}";`).join("\n");
        return `${imports}\nexport default Object.assign({}, ${areas.map((_, index) => `a${index}`).join(", ")});`;
      }
      const [area] = areas;
      const chosen = Object.entries(readMessages())
        .filter(([key]) => key.startsWith(`${area}.`))
        .map(([key, message]) => [key.slice(area.length + 1), message]);
      if (chosen.length === 0) this.error(`messages/en.json has no area "${area}"`);
      return `export default { ${area}: ${JSON.stringify(pack(chosen))} };`;
    },
  };
}

/**
 * The messages of an area as one text, a line each: the key, a space, the message. As many dots as a key begins with,
 * so many of its parts are those of the key before; a plural has a line for each category, after a "#". Words for
 * Facebook that are Instagram's but for the name are "=". `learn` in src/i18n reads it. A script of these is a quarter
 * smaller than one of objects.
 */
export function pack(messages) {
  const all = new Map(messages);
  let before = "";
  return messages
    .flatMap(([key, message]) => {
      const parts = key.split(".");
      const others = before.split(".");
      let shared = 0;
      while (shared < parts.length - 1 && parts[shared] === others[shared]) shared += 1;
      before = key;
      const shown = ".".repeat(shared) + parts.slice(shared).join(".");
      if (isRenamed(message, all.get(key.replace(/\.facebook$/, "")))) return [`${shown} =`];
      if (typeof message === "string") return [`${shown} ${message}`];
      return Object.entries(message).map(([category, text], index) => `${index === 0 ? shown : ""}#${category} ${text}`);
    })
    .join("\n");
}

/** Whether `message` is `usual` with the other name. */
function isRenamed(message, usual) {
  return usual !== undefined && usual !== message && JSON.stringify(usual).replaceAll("Instagram", "Facebook") === JSON.stringify(message);
}

/** The type of every key and its parameters, as the text of `src/i18n/words.d.ts`. */
export function renderTypes(messages) {
  const lines = Object.entries(messages).map(([key, message]) => {
    const plural = typeof message === "object";
    const text = plural ? Object.values(message).join(" ") : message;
    const names = [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))];
    if (plural && !names.includes("count")) names.unshift("count");
    const fields = names.map((name) => `${name}: ${name === "count" ? "number" : "string | number"}`);
    return `  "${key}": ${fields.length === 0 ? "null" : `{ ${fields.join("; ")} }`};`;
  });
  return [
    "// Made by `npm run words` from messages/en.json. Do not edit.",
    "",
    "/** Every message and the parameters it needs; `null`: none. */",
    "export interface Words {",
    ...lines,
    "}",
    "",
  ].join("\n");
}
