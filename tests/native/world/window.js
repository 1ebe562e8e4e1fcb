import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { violations } from "./axe.js";
import { layoutFaults } from "./layout.js";
import { eventually, freePort, start } from "./processes.js";
import { listenIn, overheard } from "./recorder.js";
import { family, programOf } from "./tree.js";
import { Session } from "./webdriver.js";
import { closeWindows } from "./x11.js";

/** Selector of a part by its data-testid, which is how every story names what it touches. */
export const part = (testid) => `[data-testid="${testid}"]`;

/** In the page: a part in view whose box is the same in three frames one after the other, and hit at its middle. */
const standsStill = `async (selector) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const place = () => {
    const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
    return { x, y, width, height };
  };
  document.querySelector(selector).scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const first = place();
  for (let frames = 0; frames < 2; frames += 1) {
    await frame();
    const now = place();
    if (Object.keys(first).some((edge) => first[edge] !== now[edge])) return false;
  }
  const hit = document.elementFromPoint(first.x + first.width / 2, first.y + first.height / 2);
  // A hidden box is pressed through its label.
  const part = document.querySelector(selector);
  return hit !== null && (part.contains(hit) || hit.contains(part) || part.closest("label")?.contains(hit) === true);
}`;

/** The real window of the real app. */
export class Window {
  #world;
  #app;
  #driver;
  #session;

  constructor(world, app, driver, session) {
    this.#world = world;
    this.#app = app;
    this.#driver = driver;
    this.#session = session;
  }

  /**
   * Starts the app through tauri-driver and waits until the page can be used.
   *
   * @param {{app?: string, args?: string[], env?: Record<string, string | undefined>, ready?: boolean}} [options]
   *   `env`: over the world's own; undefined takes a variable away
   */
  static async open(world, { app = world.app, args = [], env = {}, ready = true } = {}) {
    const [port, nativePort] = [await freePort(), await freePort()];
    const driver = start(
      world.tools.tauriDriver,
      ["--port", String(port), "--native-port", String(nativePort), "--native-driver", world.tools.webkitDriver],
      { env: { ...world.env, ...env }, log: world.log("window") }, // spawn leaves out what is undefined
    );
    const session = await Session.open(`http://127.0.0.1:${port}`, {
      browserName: "wry",
      "tauri:options": { application: app, args },
    });
    const window = new Window(world, app, driver, session);
    await session.post("timeouts", { script: 30_000 });
    if (ready) await window.ready();
    return window;
  }

  get session() {
    return this.#session;
  }

  /** The first view is drawn and keys are heard. */
  async ready() {
    await this.until("the page is ready", () => this.#session.find("html[data-ready='true']"), { within: 40_000 });
    await listenIn(this.#session);
  }

  until(what, check, more = {}) {
    return eventually(what, check, { explain: () => this.describe(), ...more });
  }

  /** What the page shows, for messages of failed tests. */
  async describe() {
    const text = await this.#session.text("body").catch((error) => `(no text: ${error.message})`);
    const file = `${this.#world.artifacts}/failures/${Date.now()}.png`;
    await this.picture(file).catch(() => {});
    return `The window shows (picture: ${file}):\n${text.replaceAll(/\n+/g, " · ").slice(0, 1200)}`;
  }

  /** Waits for a part. `of` narrows by data attributes: `sees("outcome", { outcome: "wrong_account" })`. */
  sees(testid, of = {}) {
    const narrowed = Object.entries(of).map(([name, value]) => `[data-${name}="${value}"]`).join("");
    const selector = part(testid) + narrowed;
    return this.until(`${selector} is shown`, () => this.#session.find(selector));
  }

  async has(testid) {
    return this.#session.find(part(testid)).then(() => true, () => false);
  }

  gone(testid) {
    return this.until(`${part(testid)} is gone`, async () => !(await this.has(testid)));
  }

  /**
   * Presses a part as a person would: when it stands still and nothing lies over it. The driver aims
   * at a point; where the page still moves, the press would land beside the part and be lost.
   */
  async press(testid) {
    await this.sees(testid);
    await this.until(`${part(testid)} stands still`, () => this.#session.run(standsStill, part(testid)));
    await this.until(`${part(testid)} can be pressed`, () => this.#session.click(part(testid)).then(() => true));
  }

  /** Unfolds a part that is folded. */
  async unfold(testid) {
    await this.sees(testid);
    const folded = `${part(testid)}:not([open]) > summary`;
    if (await this.#session.find(folded).then(() => true, () => false)) await this.#session.click(folded);
    await this.until(`${part(testid)} is unfolded`, () => this.#session.find(`${part(testid)}[open]`));
  }

  async type(testid, text) {
    await this.sees(testid);
    await this.#session.type(part(testid), text);
  }

  async text(testid) {
    await this.sees(testid);
    return this.#session.text(part(testid));
  }

  /** Waits for words in a part: as they are laid out in lines, or as they are spoken, with shortened names in full. */
  says(testid, words) {
    return this.until(`${part(testid)} says ${words}`, async () => {
      const texts = await this.#session.run(
        `(selector) => { const it = document.querySelector(selector); return [it.innerText, it.textContent.trim()]; }`,
        part(testid),
      );
      return texts.some((text) => words.test(text));
    });
  }

  keys = (...chord) => this.#session.keys(...chord);

  /** Goes to a hash address, e.g. `#/accounts`. */
  async go(hash) {
    await this.#session.run(`(hash) => { location.hash = hash; }`, hash);
  }

  /** What stands behind a command of the page's contract; used to prepare and to look, never instead of a press. */
  ask(command, args = {}) {
    return this.#session.run(`(command, args) => window.__TAURI_INTERNALS__.invoke(command, args)`, command, args);
  }

  state = async () => (await this.ask("snapshot", { from: 0 })).app;
  accounts = async () => (await this.ask("snapshot", { from: 0 })).accounts;

  async account(id) {
    return (await this.accounts()).find((account) => account.id === id);
  }

  /** Waits until an account has a status, and gives the account. */
  becomes(id, status) {
    return this.until(`account ${id} becomes ${status}`, async () => {
      const account = await this.account(id);
      return account?.status === status ? account : undefined;
    });
  }

  async theme(theme) {
    const { settings } = await this.state();
    await this.ask("update_settings", { settings: { ...settings, theme } });
    await this.until(`the theme is ${theme}`, () => this.#session.find(`html[data-theme="${theme}"]`));
  }

  async resize(width, height) {
    await this.#session.resize(width, height);
    const arrived = `(width, height) => innerWidth === width && innerHeight === height`;
    await this.until(`the window is ${width} × ${height}`, () => this.#session.run(arrived, width, height));
  }

  /** What was laid out last is painted: the second frame from now shows it. */
  #painted() {
    return this.#session.run(`() => new Promise((done) =>
      requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))`);
  }

  /** A picture of the window as it stands, with the pointer out of the way. */
  async picture(file) {
    await this.#session.pointAt(1, 1);
    await this.#painted();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await this.#session.screenshot());
  }

  /** What axe-core finds on the page as it stands; empty when all is well. */
  violations = () => violations(this.#session);

  /** Boxes that are clipped, overlap or are too small; empty when all is well. */
  layoutFaults = () => layoutFaults(this.#session);

  /** Everything that crossed between core and page since the page was ready, as text. */
  overheard = () => overheard(this.#session);

  /** Ids of the app's process and of WebKit's, which it started. */
  processes() {
    const app = family(this.#driver.pid).find((pid) => programOf(pid) === this.#app);
    return app === undefined ? [] : family(app);
  }

  /** Ends the app as Ctrl+Q does; what was under way is kept. */
  async quit() {
    const [app] = this.processes();
    await this.ask("quit").catch(() => {}); // the page is gone before it can answer
    await this.#leave(app);
  }

  /** Presses the window's close button. */
  pressClose = () => closeWindows(this.#world.env.DISPLAY);

  /** Ends the app at once, as a crash or a power cut does. */
  async crash() {
    const [app] = this.processes();
    process.kill(app, "SIGKILL");
    await this.#leave(app);
  }

  /** Closes the window whatever it shows; the end of a story. */
  async close() {
    await this.#session.close().catch(() => {});
    await this.#driver.stop();
  }

  async #leave(app) {
    await eventually("the app has ended", () => attempt(() => process.kill(app, 0), "gone") === "gone");
    await this.#driver.stop();
  }
}

function attempt(question, otherwise) {
  try {
    return question();
  } catch {
    return otherwise;
  }
}
