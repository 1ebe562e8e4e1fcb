// A byte search for secrets (security document L10): raw and in every encoding they could slip through in.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Files under a folder, links not followed. */
export function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });
}

/** What base64 makes of the bytes when they stand anywhere inside longer text: one form for each of the three shifts. */
function base64Anywhere(bytes) {
  return [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // Leading and trailing characters depend on the neighbours; what stays is ours alone.
    const start = shift === 0 ? 0 : shift + 1;
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    return whole.slice(start, end);
  });
}

/** Every way a secret could be written, by the name of the encoding; text in more ways than bytes. */
export function encodings(secret) {
  const bytes = Buffer.from(secret);
  const base64 = base64Anywhere(bytes);
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const ways = {
    raw: [bytes],
    base64,
    base64url: base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    hex: [bytes.toString("hex"), bytes.toString("hex").toUpperCase()],
    url: [percent, percent.toUpperCase()],
  };
  if (typeof secret !== "string") return ways;
  const json = JSON.stringify(secret).slice(1, -1);
  const wide = Buffer.from(secret, "utf16le");
  ways.url.push(encodeURIComponent(secret), new URLSearchParams({ s: secret }).toString().slice(2));
  return { ...ways, json: [json, JSON.stringify(json).slice(1, -1)], "utf-16 le": [wide], "utf-16 be": [Buffer.from(wide).swap16()] };
}

/**
 * Where secrets are found: one line for each, naming the place, the encoding and the secret's name,
 * never the secret itself.
 *
 * @param {Map<string, string | Buffer>} secrets value by name
 * @param {Map<string, Buffer>} places bytes by name
 */
export function findSecrets(secrets, places) {
  const found = [];
  for (const [name, secret] of secrets) {
    if (secret.length < 8) throw new Error(`${name} is too short to search for`);
    for (const [encoding, forms] of Object.entries(encodings(secret))) {
      for (const [place, bytes] of places) {
        if (forms.some((form) => bytes.includes(form))) found.push(`${name} (${encoding}) in ${place}`);
      }
    }
  }
  return found;
}

/** The bytes of every file under a folder, by path. */
export const bytesUnder = (folder) => new Map(filesUnder(folder).map((path) => [path, readFileSync(path)]));
