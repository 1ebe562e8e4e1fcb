// The bounce page is one file that is hosted elsewhere; it is tested as it is.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";

const page = readFileSync(join(import.meta.dirname, "../bounce/index.html"), "utf8");
const between = (open: string, close: string) => page.split(open)[1]?.split(close)[0] ?? "";
const script = between("<script>", "</script>");
const style = between("<style>", "</style>");

/** The page's own reading, without a document: it starts nothing then. */
const { onwards, mayBePasted } = runInNewContext(`${script}; ({ onwards, mayBePasted })`, { URLSearchParams }) as {
  onwards: (query: string) => string | null | false;
  mayBePasted: (query: string) => boolean;
};

const STATE = "Zm9yZXN0LWFuZC1zZWEtYW5kLXNreS1hbmQtc25vdy0";
const AT = "http://127.0.0.1:17423/callback";

describe("the bounce page's policy", () => {
  const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

  it("names its own script and style by their digests, and nothing else", () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toBe(
      `default-src 'none'; script-src ${digest(script)}; style-src ${digest(style)}; base-uri 'none'; form-action 'none'`,
    );
  });

  it("loads nothing and names no address but the listener's", () => {
    expect(page.match(/<(?:link|img|iframe|form|object|embed|base)\b|\bsrc=|\bon\w+="|@import|url\(/g)).toBeNull();
    expect(page.match(/https?:\/\/[^\s"'`]+/g)).toEqual(["http://127.0.0.1:"]);
    expect(page.match(/\b(?:fetch|XMLHttpRequest|sendBeacon|WebSocket|localStorage|sessionStorage|cookie|eval|innerHTML)\b/g)).toBeNull();
  });
});

describe("what the bounce page sends on", () => {
  it.each([
    [`?code=AQBx-1_2&state=${STATE}`, `${AT}?code=AQBx-1_2&state=${STATE}`],
    [`?state=${STATE}&code=AQ`, `${AT}?code=AQ&state=${STATE}`],
    [`?code=AQ&state=${STATE}.17423`, `${AT}?code=AQ&state=${STATE}.17423`],
    [`?code=AQ&state=${STATE}.17432`, `http://127.0.0.1:17432/callback?code=AQ&state=${STATE}.17432`],
    [`?code=AQ%23_&state=${STATE}`, `${AT}?code=AQ&state=${STATE}`],
    [`?code=AQ&state=${STATE}&utm=1&host=evil.example&port=80`, `${AT}?code=AQ&state=${STATE}`],
    [
      `?error=access_denied&error_reason=user_denied&error_description=The+user+denied+your+request&state=${STATE}`,
      `${AT}?state=${STATE}&error=access_denied&error_reason=user_denied&error_description=The%20user%20denied%20your%20request`,
    ],
    [
      `?error=access_denied&error_description=%3Cb%3E%26code%3Dx%23%3C%2Fb%3E&state=${STATE}`,
      `${AT}?state=${STATE}&error=access_denied&error_description=%3Cb%3E%26code%3Dx%23%3C%2Fb%3E`,
    ],
    [
      `?error_code=1349168&error_message=URL+Blocked%3A+no&state=${STATE}`,
      `${AT}?state=${STATE}&error_code=1349168&error_message=URL%20Blocked%3A%20no`,
    ],
    [`?state=${STATE}&error_code=1349168`, `${AT}?state=${STATE}&error_code=1349168`],
    [`?code=AQ&error_code=0&state=${STATE}`, `${AT}?code=AQ&state=${STATE}&error_code=0`],
  ])("%s", (query, address) => {
    expect(onwards(query)).toBe(address);
  });

  it.each(["", "?", "?utm=1", "?fbclid=x", "?Code=a&State=b", "?code[]=a&state[]=b"])("nothing from %j, which brings nothing", (query) => {
    expect(onwards(query)).toBeNull();
  });

  it.each([
    ["a code without a state", "?code=AQ"],
    ["a state without a code", `?state=${STATE}`],
    ["an empty code", `?code=&state=${STATE}`],
    ["an empty state", "?code=AQ&state="],
    ["a code and an error", `?code=AQ&error=access_denied&state=${STATE}`],
    ["a code and an error's words", `?code=AQ&error_message=no&state=${STATE}`],
    ["an error's number that is none", `?error_code=1e3&error_message=no&state=${STATE}`],
    ["a code twice", `?code=AQ&code=AQ&state=${STATE}`],
    ["a state twice", `?code=AQ&state=${STATE}&state=${STATE}`],
    ["a reason twice", `?error=a&error_reason=b&error_reason=c&state=${STATE}`],
    ["a port below", `?code=AQ&state=${STATE}.17422`],
    ["a port above", `?code=AQ&state=${STATE}.17433`],
    ["port 80", `?code=AQ&state=${STATE}.80`],
    ["a port with a zero before", `?code=AQ&state=${STATE}.017423`],
    ["a port in another base", `?code=AQ&state=${STATE}.0x440f`],
    ["a port with a sign", `?code=AQ&state=${STATE}.%2B17423`],
    ["a port with a space", `?code=AQ&state=${STATE}.17423%20`],
    ["a port in other digits", `?code=AQ&state=${STATE}.%D9%A1%D9%A7%D9%A4%D9%A2%D9%A3`],
    ["a port with an exponent", `?code=AQ&state=${STATE}.17423e0`],
    ["no port behind the dot", `?code=AQ&state=${STATE}.`],
    ["two ports", `?code=AQ&state=${STATE}.17423.17424`],
    ["a host behind the port", `?code=AQ&state=${STATE}.17423@evil.example`],
    ["a path in the state", `?code=AQ&state=${STATE}/../../x`],
    ["a state that is too short", "?code=AQ&state=abc"],
    ["a line end in the code", `?code=AQ%0D%0AHost:%20x&state=${STATE}`],
    ["a zero byte in the code", `?code=AQ%00&state=${STATE}`],
    ["HTML in the code", `?code=%3Cscript%3E&state=${STATE}`],
    ["a script's address as code", `?code=javascript:alert(1)&state=${STATE}`],
    ["broken encoding", `?code=%FF%FE&state=${STATE}`],
    ["a code that is too long", `?code=${"A".repeat(4097)}&state=${STATE}`],
    ["a query that is too long", `?code=AQ&state=${STATE}&x=${"A".repeat(6000)}`],
    ["an error in HTML", `?error=%3Cb%3E&state=${STATE}`],
    ["a control character in the description", `?error=a&error_description=%1b[2J&state=${STATE}`],
  ])("nothing from %s", (_, query) => {
    expect(onwards(query)).toBe(false);
  });

  it.each([".17422", ".17433", ".80", ".017423", ".", ".17423.17424", ".x", "/../../x", "@evil.example"])(
    "but a state that ends in %j may be copied and pasted",
    (tail) => {
      const query = `?code=AQ&state=${STATE}${tail}`;
      expect([onwards(query), mayBePasted(query)]).toEqual([false, true]);
    },
  );

  it.each(["?code=AQ", "?code=AQ&state=", `?code=AQ&state=${STATE}&state=${STATE}`, `?code=AQ&state=${STATE}&x=${"A".repeat(6000)}`])(
    "and what names no sign-in may not: %s",
    (query) => {
      expect([onwards(query), mayBePasted(query)]).toEqual([false, false]);
    },
  );

  it("is one of ten addresses, whatever comes in", () => {
    const places = Array.from({ length: 10 }, (_, place) => `http://127.0.0.1:${String(17423 + place)}/callback?`);
    let seed = 7;
    const draw = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const pieces = ["code=", "state=", "error=", "&", STATE, ".17424", ".", "AQ", "@", "//", "%2F", "%0a", "#_", "\\", ":80", "evil.example", "%23_", "+", "=", "?"];
    let sent = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const query = `?${Array.from({ length: 1 + draw(9) }, () => pieces[draw(pieces.length)]).join("")}`;
      const address = onwards(draw(3) === 0 ? `${query}&code=AQ&state=${STATE}` : query);
      if (typeof address !== "string") continue;
      sent += 1;
      expect(places.some((place) => address.startsWith(place)), query).toBe(true);
      const read = new URL(address);
      expect([read.hostname, read.pathname, read.username, read.hash], query).toEqual(["127.0.0.1", "/callback", "", ""]);
    }
    expect(sent).toBeGreaterThan(100);
  });
});
