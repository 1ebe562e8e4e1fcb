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
 * The messages of an area as one text, a line each: the key, a space, the message. What stands before the last dot
 * of a key is left out where the line before has the same; a plural has a line for each category, after a "#".
 * `learn` in src/i18n reads it. A script of these is a fifth smaller than one of objects.
 */
export function pack(messages) {
  let stem = null;
  const lines = messages.flatMap(([key, message]) =>
    typeof message === "string" ? [[key, message]] : Object.entries(message).map(([category, text]) => [`${key}#${category}`, text]),
  );
  return lines
    .map(([key, text]) => {
      const dot = key.lastIndexOf(".");
      const before = dot < 0 ? null : key.slice(0, dot);
      const shown = before !== null && before === stem ? key.slice(dot) : key;
      stem = before;
      return `${shown} ${text}`;
    })
    .join("\n");
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
