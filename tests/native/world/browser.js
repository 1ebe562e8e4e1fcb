import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, freePort, start } from "./processes.js";
import { Session } from "./webdriver.js";

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-auto-reload",
];

/** The system browser: what the app opens lands in a real Chromium. */
export class Browser {
  #world;
  #driver;
  #session;
  /** Every address the app had opened, and every one the provider sent the browser back to. */
  #seen = [];
  /** Names of hosts that are on this computer, each with its port. */
  #hosts = [];

  constructor(world) {
    this.#world = world;
    this.letters = join(world.folder, "opened");
    mkdirSync(this.letters, { mode: 0o700 });
    // What the app calls to open an address. A file, not an argument of ours: addresses hold secrets.
    const opener = join(world.bin, "xdg-open");
    const folder = this.letters;
    writeFileSync(opener, `#!/bin/sh\nnote=$(mktemp "${folder}/.XXXXXXXX")\nprintf '%s' "$1" >"$note"\nmv "$note" "$note.address"\n`);
    chmodSync(opener, 0o700);
  }

  /** Makes opening fail, as on a computer without a browser. */
  breakOpener() {
    writeFileSync(join(this.#world.bin, "xdg-open"), "#!/bin/sh\nexit 3\n");
  }

  /** Where this name of a host leads to; to be said before the browser is first used. */
  knowsHost(name, port) {
    this.#hosts.push([name, port]);
  }

  /** The next address the app opened; it counts as taken. */
  async opened() {
    return eventually("the app opens an address in the browser", () => {
      const note = readdirSync(this.letters).find((name) => name.endsWith(".address"));
      if (note === undefined) return undefined;
      const file = join(this.letters, note);
      const address = readFileSync(file, "utf8");
      rmSync(file);
      this.#seen.push(address);
      return address;
    });
  }

  /** Follows the app to the consent page. */
  async follow() {
    await this.visit(await this.opened());
  }

  async visit(address) {
    const session = await this.#open();
    await session.go(address).catch((error) => {
      // A refused connection is an error page here, as it is for a person.
      if (!String(error.message).includes("ERR_")) throw error;
    });
  }

  /** Forgets every log-in, as a private window does: a provider that knows who has allowed before asks nothing more. */
  async forgetLogIns() {
    await (await this.#open()).post("goog/cdp/execute", { cmd: "Network.clearBrowserCookies", params: {} });
  }

  /** Chooses an account on the log-in page and stands at the consent page. */
  async logIn(id) {
    await this.#chooser("account");
    await this.press(`#account-${id}`);
    await this.sees("#allow, #error");
  }

  /** The same at Facebook, where people log in. */
  async logInPerson(id) {
    await this.#chooser("person");
    await this.press(`#person-${id}`);
    await this.sees("#allow, #error");
  }

  /** A browser that remembers an earlier log-in leads past the log-in page; in a private window it does not. */
  async #chooser(who) {
    const one = `[id^="${who}-"]`;
    await this.sees(`${one}, #allow, #error`);
    if (await this.shows(one)) return;
    const session = await this.#open();
    await session.forgetCookies();
    await session.go(await session.url());
    await this.sees(one);
  }

  /** Chooses an account that is none of these, and gives its id. */
  async logInAsNobodyOf(known) {
    await this.#chooser("account");
    const session = await this.#open();
    const ids = await session.run(`() => [...document.querySelectorAll('[id^="account-"]')].map((it) => it.id.slice(8))`);
    const id = ids.find((id) => !known.has(id));
    if (id === undefined) throw new Error("Every account of the provider is connected already.");
    await this.logIn(id);
    return id;
  }

  /** Waits until the browser is no longer at an address that contains this. */
  async leaves(part) {
    const session = await this.#open();
    await eventually(`the browser leaves ${part}`, async () => !(await session.url()).includes(part));
  }

  /**
   * Leaves out permissions and Pages, then allows; the provider sends the browser back. Gives the address it ends at:
   * one that contains `lands`.
   */
  async allow({ untick = [], untickPages = [], lands } = {}) {
    for (const scope of untick) await this.press(`#scope-${scope}`);
    for (const page of untickPages) await this.press(`#page-${page}`);
    await this.#leave("#allow");
    return this.#landed(lands);
  }

  async deny({ lands } = {}) {
    await this.#leave("#deny");
    return this.#landed(lands);
  }

  /** The whole way of a person who allows: opened page, log-in, consent. */
  async consent(id, how) {
    await this.follow();
    await this.logIn(id);
    return this.allow(how);
  }

  /** The same at Facebook. */
  async consentAs(person, how) {
    await this.follow();
    await this.logInPerson(person);
    return this.allow(how);
  }

  /** Presses what leads away. Where nothing answers, an error page stands there, as it does for a person. */
  async #leave(selector) {
    await this.press(selector).catch((error) => {
      if (!String(error.message).includes("ERR_")) throw error;
    });
  }

  /** Goes on past the warning about a certificate that nobody knows, as a person does. */
  async proceed() {
    await this.press("#details-button");
    await this.#leave("#proceed-link");
  }

  /** Opens one more tab and stands in it; gives the one it was in. */
  async newTab() {
    const session = await this.#open();
    const before = await session.get("window");
    const { handle } = await session.post("window/new", { type: "tab" });
    await session.post("window", { handle });
    return before;
  }

  async toTab(handle) {
    await (await this.#open()).post("window", { handle });
  }

  url = async () => (await this.#open()).url();

  async press(selector) {
    await this.sees(selector);
    await (await this.#open()).click(selector);
  }

  async sees(selector) {
    const session = await this.#open();
    return eventually(`the browser shows ${selector}`, () => session.find(selector), {
      explain: async () => `It shows: ${(await session.text("body")).slice(0, 400)}`,
    });
  }

  async shows(selector) {
    const session = await this.#open();
    return session.find(selector).then(() => true, () => false);
  }

  text = async () => (await this.#open()).text("body");
  screenshot = async () => (await this.#open()).screenshot();

  /** Codes and states seen in addresses: what must be found nowhere else. */
  secrets() {
    return this.#seen.flatMap((address) => {
      const query = new URL(address).searchParams;
      return [query.get("code"), query.get("state")].filter((value) => value !== null && value !== "");
    });
  }

  async stop() {
    await this.#session?.close().catch(() => {});
    await this.#driver?.stop();
  }

  async #landed(lands = "/callback") {
    const session = await this.#open();
    const at = async () => {
      const now = await session.url();
      return now.split("?")[0].includes(lands) ? now : undefined;
    };
    const explain = async () => `It is at ${(await session.url()).split("?")[0]}`;
    const address = await eventually("the browser is sent back to the app", at, { explain });
    this.#seen.push(address);
    return address;
  }

  async #open() {
    if (this.#session !== undefined) return this.#session;
    const { chromium, chromedriver } = this.#world.tools;
    const { DISPLAY: _, ...env } = this.#world.env;
    const port = await freePort();
    this.#driver = start(chromedriver, [`--port=${port}`], { env, log: this.#world.log("browser") });
    this.#session = await Session.open(`http://127.0.0.1:${port}`, {
      browserName: "chrome",
      "goog:chromeOptions": { binary: chromium, args: [...flags, ...this.#ownHosts(), `--user-data-dir=${this.#world.folder}/chromium`] },
    });
    return this.#session;
  }

  /** A host of a story has a certificate that nobody knows; where there is one, the browser takes them all. */
  #ownHosts() {
    if (this.#hosts.length === 0) return [];
    const rules = this.#hosts.map(([name, port]) => `MAP ${name} 127.0.0.1:${port}`).join(", ");
    return [`--host-resolver-rules=${rules}`, "--ignore-certificate-errors"];
  }
}
