import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Browser } from "./browser.js";
import { openBus } from "./bus.js";
import { openDisplay } from "./display.js";
import { Keyring } from "./keyring.js";
import { run } from "./processes.js";
import { Sandbox } from "./sandbox.js";
import { findTools } from "./tools.js";
import { Window } from "./window.js";
import { Wire } from "./wire.js";

const root = resolve(import.meta.dirname, "../../..");

/** What Cargo builds into, and where everything a run leaves behind goes. */
export const target = () => process.env.RELINK_TARGET ?? join(root, "target");

/** The Meta app of the sandbox (sandbox::PRACTICE_APP_ID and its secret). */
export const metaApp = { id: "990000000000001", secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0" };

/**
 * Everything one story needs, and nothing of the person's own: home, screen, bus, key store,
 * provider, browser, data folder.
 */
export class World {
  #closing = [];
  #windows = new Set();

  /**
   * @param {{keyring?: "unlocked" | "absent", provider?: boolean | {seed?: number, accounts?: number, switches?: string[], doors?: number | true}}} [options]
   *   `provider: false` for stories in practice mode, which brings its own.
   */
  static async open({ keyring = "unlocked", provider = true } = {}) {
    const world = new World();
    try {
      await world.#build(keyring, provider);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  async #build(keyring, provider) {
    this.tools = findTools(target());
    this.app = this.tools.app;
    this.cli = this.tools.cli;
    this.artifacts = join(target(), "native");
    this.folder = mkdtempSync(join(tmpdir(), "relink-"));
    this.#closing.push(() => rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 }));
    const [home, runtime, bin, logs] = ["home", "run", "bin", "logs"].map((name) => {
      mkdirSync(join(this.folder, name), { mode: 0o700 });
      return join(this.folder, name);
    });
    chmodSync(this.folder, 0o700);
    Object.assign(this, { home, runtime, bin, logs, data: join(this.folder, "data") });

    this.env = {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      LANG: "C.UTF-8",
      TZ: "UTC",
      RELINK_DATA_DIR: this.data,
      RELINK_LOG: process.env.RELINK_LOG ?? "trace", // the most talkative, so that the byte search means something
      // Chosen here, so that the app does not switch WebKit's renderer: pictures hang with the other one.
      WEBKIT_DISABLE_DMABUF_RENDERER: "0",
      GDK_BACKEND: "x11",
      NO_AT_BRIDGE: "1",
      GSETTINGS_BACKEND: "memory",
    };
    const display = await this.#keep(openDisplay(this));
    this.env.DISPLAY = display.name;
    const bus = await this.#keep(openBus(this));
    this.env.DBUS_SESSION_BUS_ADDRESS = bus.address;
    this.keyring = await this.#keep(new Keyring(this));
    if (keyring === "unlocked") await this.keyring.unlock();
    this.browser = await this.#keep(new Browser(this));
    if (provider === false) return;
    this.sandbox = await this.#keep(Sandbox.open(this, provider === true ? {} : provider));
    this.wire = await this.#keep(Wire.open(this.sandbox.origin));
    this.env.RELINK_ENDPOINTS = this.sandbox.writeEndpoints(this, this.wire);
  }

  async #keep(opening) {
    const opened = await opening;
    this.#closing.push(() => opened.stop());
    return opened;
  }

  /** What else is to be ended with this world. */
  ends(end) {
    this.#closing.push(end);
  }

  /** A picture of a step, for whoever looks at the stories afterwards. */
  shot = (window, name) => window.picture(join(target(), "shots", `${name}.png`));

  /** Where a program of this world writes what it says. */
  log = (name) => join(this.logs, `${name}.log`);

  /** Starts the app and waits until its page can be used. */
  async open(options) {
    const window = await Window.open(this, options);
    this.#windows.add(window);
    return window;
  }

  /** The same, with the app id and secret saved as a person would have done before. */
  async openSetUp(options) {
    const window = await this.open(options);
    await window.ask("set_credentials", { route: "instagram", app_id: metaApp.id, app_secret: metaApp.secret });
    return window;
  }

  /** Connects an account in the real browser, and gives it as the page sees it. */
  async connect(window, id) {
    await window.go("#/add");
    await window.press("add-open-browser");
    await window.sees("attempt", { phase: "waiting" });
    await this.browser.consent(id);
    await window.sees("outcome", { outcome: "connected" });
    await window.press("add-done");
    return window.becomes(id, "connected");
  }

  /** Waits until practice mode has accounts in every status, and gives them. */
  async accountsOfEveryStatus(window) {
    await window.until("practice mode has its accounts", async () => (await window.state()).practice?.seeding === false, {
      within: 60_000,
    });
    return window.accounts();
  }

  /** Runs the command line over the same data. */
  async relink(args, input) {
    const { code, output } = await run(this.cli, args, { env: this.env, log: this.log("relink"), input });
    return { code, output, json: () => JSON.parse(output) };
  }

  /** Starts the app once more without a driver, as a second copy; gives its exit code. */
  async startSecondCopy(args = []) {
    return (await run(this.app, args, { env: this.env, log: this.log("second") })).code;
  }

  /** Ends everything, in the reverse order of its start. */
  async close() {
    for (const window of this.#windows) await window.close();
    for (const end of this.#closing.reverse()) await Promise.resolve(end()).catch?.(() => {});
    this.#closing = [];
  }
}
