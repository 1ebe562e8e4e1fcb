import assert from "node:assert/strict";
import { test } from "node:test";
import { findSecrets } from "../world/canary.js";

const secret = "IGAAcanary/+token=Ü0123456789";
const search = (text) => findSecrets(new Map([["it", secret]]), new Map([["here", Buffer.from(text)]]));
const wide = Buffer.from(secret, "utf16le");

for (const [name, text] of [
  ["raw", `x${secret}y`],
  ["url", `?t=${encodeURIComponent(secret)}`],
  ["form", new URLSearchParams({ t: secret }).toString()],
  ["json in json", JSON.stringify(JSON.stringify({ t: `${secret}"` }))],
  ["base64", Buffer.from(secret).toString("base64")],
  ["base64 inside other text", Buffer.from(`{"a":"${secret}"}`).toString("base64")],
  ["base64 one byte later", Buffer.from(`{"ab":"${secret}"}`).toString("base64")],
  ["base64url", Buffer.from(`{"abc":"${secret}"}`).toString("base64url")],
  ["hex", Buffer.from(secret).toString("hex")],
  ["HEX", Buffer.from(secret).toString("hex").toUpperCase()],
  ["utf-16 le", wide],
  ["utf-16 be", Buffer.from(wide).swap16()],
]) {
  test(`the search finds a secret written as ${name}`, () => assert.notDeepEqual(search(text), []));
}

test("the search finds nothing where nothing is", () => assert.deepEqual(search("an innocent page"), []));
