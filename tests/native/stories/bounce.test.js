// The bounce page in a real Chromium: what it sends on, where to, and what it says when it does not. It needs neither
// window nor provider, so it has a browser and hosts of its own instead of a world.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { violations } from "../world/axe.js";
import { eventually, freePort, run, start } from "../world/processes.js";
import { onPath } from "../world/tools.js";
import { Session } from "../world/webdriver.js";

const page = readFileSync(join(import.meta.dirname, "../../../ui/bounce/index.html"));
const PORTS = Array.from({ length: 10 }, (_, place) => 17423 + place);
const CODE = "AQBx3kTt-the_code";
const STATE = "Zm9yZXN0LWFuZC1zZWEtYW5kLXNreS1hbmQtc25vdy0";

const folder = mkdtempSync(join(tmpdir(), "relink-bounce-"));
const log = join(folder, "log");
const closing = [];
/** What Relink would have heard, by port. */
const heard = [];
let plain; // the page's address on http
let secure; // and on https, with a certificate of this test
let session;

async function listen(server, port = 0) {
  await eventually(`port ${port} is free`, () => new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(true));
  }));
  closing.push(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  }));
  return server.address().port;
}

/** One of Relink's ports, with somebody behind it. */
async function relink(port) {
  const server = createServer((request, answer) => {
    if (request.url !== "/favicon.ico") heard.push({ port, target: request.url, method: request.method, headers: request.headers });
    answer.writeHead(200, { "content-type": "text/html", connection: "close" }).end("<title>Relink</title><p>You can close this page.");
  });
  await listen(server, port);
  return server;
}

function host(request, answer) {
  const path = new URL(request.url, "http://host.invalid").pathname;
  if (path === "/relink/") answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  else if (path === "/frame") answer.writeHead(200, { "content-type": "text/html" }).end(`<title>frame</title><iframe src="/relink/${new URL(request.url, "http://x").search}"></iframe>`);
  else answer.writeHead(404).end();
}

before(async () => {
  const [chromium, chromedriver, openssl] = [["chromium", "chromium-browser", "google-chrome"], ["chromedriver"], ["openssl"]].map((names) => {
    const found = onPath(...names);
    assert.ok(found, `${names[0]} is missing; \`cargo xtask test\` installs it`);
    return found;
  });
  const { DISPLAY: _, ...env } = process.env;
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = await run(openssl, ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=localhost"], { env, log });
  assert.equal(made.code, 0, "a certificate is made");
  plain = `http://127.0.0.1:${await listen(createServer(host))}`;
  secure = `https://localhost:${await listen(createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, host))}`;
  const port = await freePort();
  const driver = start(chromedriver, [`--port=${port}`], { env, log });
  closing.push(() => driver.stop());
  session = await Session.open(`http://127.0.0.1:${port}`, {
    browserName: "chrome",
    acceptInsecureCerts: true,
    "goog:loggingPrefs": { performance: "ALL", browser: "ALL" },
    "goog:chromeOptions": {
      binary: chromium,
      args: [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", `--user-data-dir=${folder}/chromium`,
      ],
    },
  });
  closing.unshift(() => session.close().catch(() => {}));
});

after(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  heard.length = 0;
});

/** Opens the page; a listener that is not there is an error page, as it is for a person. */
async function open(query, at = plain) {
  await session.go(`${at}/relink/${query}`).catch((error) => {
    if (!String(error.message).includes("ERR_")) throw error;
  });
}

/** Which of its sections the page shows. */
const shows = () => session.run(`() => [...document.querySelectorAll("section")].filter((it) => !it.hidden).map((it) => it.id).join()`);
const becomes = (name) => eventually(`the page shows ${name}`, async () => (await shows()) === name);
const arrives = (count = 1) => eventually(`${count} requests arrive at Relink`, () => heard.length >= count);
const leaves = () => eventually("the browser leaves the page", async () => (await session.url()).startsWith("http://127.0.0.1:174"));

/** Every address the browser asked for since the last question. */
async function asked() {
  const lines = (await session.post("se/log", { type: "performance" })).map((line) => JSON.parse(line.message).message);
  return lines.filter(({ method }) => method === "Network.requestWillBeSent").map(({ params }) => params.request.url);
}

const query = (parts) => `?${new URLSearchParams(parts)}`;

test("a sign-in comes back to the port that its state names, by one plain navigation", async () => {
  for (const [state, port] of [[STATE, 17423], ...PORTS.map((port) => [`${STATE}.${port}`, port])]) {
    const server = await relink(port);
    heard.length = 0;
    await open(`${query({ code: CODE, state })}#_`, secure);
    await arrives();
    await leaves();
    const [{ target, method, headers }] = heard;
    assert.equal(target, `/callback?code=${CODE}&state=${state}`);
    assert.equal(method, "GET");
    assert.equal(headers.host, `127.0.0.1:${port}`);
    assert.equal(headers["sec-fetch-mode"], "navigate");
    assert.equal(headers["sec-fetch-dest"], "document");
    for (const name of ["referer", "origin", "cookie"]) assert.equal(headers[name], undefined, name);
    assert.equal(heard.length, 1, "once");
    closing.pop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test("a refusal comes back whole, and nothing else of the address does", async () => {
  await relink(17423);
  const refusal = { error: "access_denied", error_reason: "user_denied", error_description: "The user denied your request" };
  await open(query({ ...refusal, state: STATE, granted_scopes: "x", redirect: "https://evil.example/", port: "80" }));
  await arrives();
  const given = new URL(heard[0].target, "http://127.0.0.1:17423").searchParams;
  assert.deepEqual(Object.fromEntries(given), { ...refusal, state: STATE });
});

test("without parameters the page explains itself, and says whether it is ready", async () => {
  await open("", secure);
  assert.equal(await shows(), "about");
  assert.match(await session.text("body"), /brings sign-ins back to Relink[^]*The page is ready\./);
  await open("");
  assert.match(await session.text("body"), /The page is not ready yet\.[^]*begins with https/);
  const marks = await session.run(`() => document.querySelector('meta[name="relink-bounce-page"]').content`);
  assert.equal(marks, "1");
});

test("whoever comes back because Relink is not there is asked, not sent round in circles", async () => {
  const state = `${STATE}.17426`;
  await open(query({ code: CODE, state }));
  await leaves();
  await session.post("back");
  await becomes("back");
  await session.post("refresh");
  await becomes("back");
  assert.ok(!(await session.text("body")).includes(CODE), "no code in what is shown");
  await session.click("#copy");
  await eventually("the page says what came of it", async () => /Copied|did not allow/.test(await session.text("#said")));
  assert.equal(await shows(), "back");
  // Relink has been opened meanwhile.
  await relink(17426);
  assert.equal(heard.length, 0);
  await session.click("#again");
  await arrives();
  await leaves();
  assert.deepEqual(heard.map(({ target }) => target), [`/callback?code=${CODE}&state=${state}`]);
  await session.post("back");
  await becomes("back");
  assert.equal(heard.length, 1, "coming back sends nothing");
});

test("the address is copied whole where the browser allows it", async () => {
  const origin = secure;
  await session.post("goog/cdp/execute", { cmd: "Browser.grantPermissions", params: { origin, permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"] } });
  const there = query({ code: CODE, state: `${STATE}.17427` });
  await open(there, secure);
  await leaves();
  await session.post("back");
  await becomes("back");
  await session.click("#copy");
  await eventually("the page says that it copied", async () => (await session.text("#said")).startsWith("Copied."));
  assert.equal(await session.run("() => navigator.clipboard.readText()"), `${secure}/relink/${there}`);
});

const long = (count) => "A".repeat(count);
/** Where nothing is sent on: what names one sign-in can still be copied and pasted. */
const held = (there) => {
  const states = new URLSearchParams(there).getAll("state");
  return there.length <= 6000 && states.length === 1 && states[0] !== "" ? "stopped" : "malformed";
};
/** What must not be sent on: the page says so. */
const HOSTILE = [
  ...["0", "1", "22", "80", "443", "8080", "17422", "17433", "65535", "65536", "-17423", "+17423", "017423", "0x440f", "17423.0", "17423e0", " 17423", "17423 ", "1 7423", "17,423", "17423@evil.example", "17423/", "17423/..", "17423#", "17423?", "17423%00", "evil.example", "127.0.0.1:17423", "", "NaN", "１７４２３", "١٧٤٢٣"]
    .map((port) => ({ code: CODE, state: `${STATE}.${port}` })),
  ...["", "a", "short", "../../etc", "//evil.example/", "/evil.example/../../", "javascript:alert(1)", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)", "\u0000".repeat(20), "line\r\nHost: evil.example", "tab\tin the middle of it", "\u202emoc.elpmaxe", "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰ", "@evil.example:17423/callback", "\\\\evil.example\\share\\x", "data:text/html,<script>1</script>", long(257), long(5000)]
    .map((state) => ({ code: CODE, state })),
  ...["", " ", "a b", "<script>alert(1)</script>", "\"><svg onload=alert(1)>", "javascript:alert(document.cookie)", "line\nend", "\u0000", "\u001b[2J", "\ufeffAQ", "\u202eQA", "a&state=b", "ä", "😀", long(4097), long(5999)]
    .map((code) => ({ code, state: STATE })),
  ...["", "<b>", "a b", "line\nend", long(101)].map((error) => ({ error, state: STATE })),
  { error: "a", error_reason: "<i>", state: STATE }, { error: "a", error_reason: long(201), state: STATE },
  { error: "a", error_description: "\u0007", state: STATE }, { error: "a", error_description: long(1001), state: STATE },
  { code: CODE }, { state: STATE }, { error: "access_denied" }, { code: CODE, error: "access_denied", state: STATE },
].map(query).concat([
  `?code=${CODE}&code=${CODE}&state=${STATE}`, `?code=${CODE}&state=${STATE}&state=${STATE}.17424`, `?error=a&error=b&state=${STATE}`,
  `?code=${CODE}&%63ode=x&state=${STATE}`, `?code=${CODE}&state=${STATE}&error_reason=a&error_reason=b`, `?code=%FF&state=${STATE}`, `?code=%&state=${STATE}`,
  `?code=${CODE}&state=${STATE}&x=${long(6000)}`,
]);

/** What may be sent on, or nothing to bring back: in exactly this form, whatever stands beside it. */
const ODD = [
  [`?code=${CODE}&state=${STATE}&state[]=x&code[]=y`, `code=${CODE}&state=${STATE}`],
  [`?code=${CODE};state=x&state=${STATE}`, undefined],
  [`?CODE=x&code=${CODE}&state=${STATE}`, `code=${CODE}&state=${STATE}`],
  [`?host=evil.example&port=1&url=//evil.example&code=${CODE}&state=${STATE}`, `code=${CODE}&state=${STATE}`],
  [`?code=%41%42&state=${STATE}`, `code=AB&state=${STATE}`],
  [`?code=javascript:x&state=${STATE}`, `code=javascript%3Ax&state=${STATE}`],
  [`?code=//evil.example/&state=${STATE}`, `code=%2F%2Fevil.example%2F&state=${STATE}`],
  [`?code=${CODE}%23_&state=${STATE}`, `code=${CODE}&state=${STATE}`],
  [`?error=access_denied&error_description=${encodeURIComponent("<img src=x onerror=alert(1)>&code=z#x")}&state=${STATE}`, `state=${STATE}&error=access_denied&error_description=${encodeURIComponent("<img src=x onerror=alert(1)>&code=z#x")}`],
];

test("what is not in order is said and not sent on, and nothing ever goes to another host", async (t) => {
  assert.ok(HOSTILE.length >= 60, `${HOSTILE.length} hostile addresses`);
  await relink(17424);
  await asked();
  for (const hostile of HOSTILE) {
    await open(hostile);
    assert.equal(await shows(), held(hostile), hostile.slice(0, 200));
    assert.equal(await session.source(`return document.querySelectorAll("script, img, iframe").length`), 1, hostile.slice(0, 200));
  }
  await open(query({ code: "the-last", state: `${STATE}.17424` }));
  await arrives();
  assert.deepEqual(heard.map(({ target }) => target), [`/callback?code=the-last&state=${STATE}.17424`], "only the genuine one arrives");

  for (const [odd, form] of ODD) {
    heard.length = 0;
    await open(odd.replaceAll(STATE, `${STATE}.17424`));
    if (form === undefined) {
      assert.equal(await shows(), held(odd), odd);
      continue;
    }
    await arrives();
    await leaves();
    assert.deepEqual(heard.map(({ target }) => target), [`/callback?${form.replaceAll(STATE, `${STATE}.17424`)}`], odd);
  }

  const places = new Set((await asked()).map((address) => new URL(address)).filter(({ protocol }) => protocol.startsWith("http")).map(({ host }) => host));
  assert.deepEqual(places, new Set([new URL(plain).host, "127.0.0.1:17424"]));
  t.diagnostic(`${HOSTILE.length} hostile addresses not sent on, ${ODD.length} odd ones only in their right form`);
});

test("inside another page it does nothing", async () => {
  const port = PORTS[5];
  await relink(port);
  await session.go(`${plain}/frame${query({ code: CODE, state: `${STATE}.${port}` })}`);
  await session.post("frame", { id: 0 });
  await becomes("framed");
  await session.post("frame", { id: null });
  assert.deepEqual(heard, []);
});

test("it keeps nothing, breaks no rule of its own, and can be used by everybody", async () => {
  const cdp = (cmd, params) => session.post("goog/cdp/execute", { cmd, params });
  await session.post("se/log", { type: "browser" });
  const colours = {};
  for (const scheme of ["light", "dark"]) {
    await cdp("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    await cdp("Emulation.setDeviceMetricsOverride", { width: 320, height: 640, deviceScaleFactor: 1, mobile: false });
    for (const [section, there] of [["about", ""], ["malformed", "?code=x"], ["stopped", "?code=x&state=.0"], ["back", query({ code: CODE, state: `${STATE}.17431` })]]) {
      await open(there, secure);
      if (section === "back") {
        await leaves();
        await session.post("back");
      }
      await becomes(section);
      assert.deepEqual(await violations(session), [], `${section}, ${scheme}`);
      const width = await session.source("return document.documentElement.scrollWidth");
      assert.ok(width <= 320, `${section} needs ${width} px`);
      colours[scheme] = await session.source("return getComputedStyle(document.body).backgroundColor");
      assert.equal(await session.source("return document.cookie + localStorage.length + sessionStorage.length"), "00");
      if (section === "back") {
        await session.source(`document.getElementById("again").focus()`);
        assert.notEqual(await session.source("return getComputedStyle(document.activeElement).outlineStyle"), "none", "the focus is seen");
      }
    }
  }
  assert.notEqual(colours.light, colours.dark);
  const complaints = (await session.post("se/log", { type: "browser" })).map(({ message }) => message).filter((line) => line.includes("Content Security Policy"));
  assert.deepEqual(complaints, []);
});
