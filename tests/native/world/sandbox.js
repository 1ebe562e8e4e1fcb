import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstLine, freePort, start } from "./processes.js";

/** The address of somebody else's page: nothing of a story waits there. */
const elsewhere = "https://example.org/relink/";

/** The simulated provider as a process of its own, and the hand that moves its world. */
export class Sandbox {
  #program;

  constructor(program, origin) {
    this.#program = program;
    this.origin = origin;
  }

  /**
   * Starts `relink sandbox` with a port of this world's own for the way back; it prints its endpoints file.
   * `switches` make it stricter, such as `--strict` or `--tester-must-accept`. With `doors` the app is told to wait
   * at this port (at one of the world's own where it is `true`), and no address is registered for it: a way back has to
   * be chosen, as with Meta.
   */
  static async open(world, { seed = 7, accounts = 12, redirect, switches = [], doors } = {}) {
    const listen = `http://127.0.0.1:${typeof doors === "number" ? doors : await freePort()}/callback`;
    const options = { seed, accounts, redirect: redirect ?? (doors === undefined ? listen : elsewhere) };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    words.push(...switches);
    const program = start(world.cli, ["sandbox", ...words], {
      env: world.env,
      log: world.log("sandbox"),
      pipes: ["stdout"],
    });
    let printed = "";
    program.child.stdout.on("data", (chunk) => (printed += chunk));
    await firstLine(program.child.stdout, "relink sandbox");
    for (let waited = 0; !/^registered\s*=.*\n/m.test(printed); waited++) {
      if (waited > 100) throw new Error(`relink sandbox printed no whole endpoints file: ${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const origin = /^authorize\s*=\s*"(http:\/\/127\.0\.0\.1:\d+)\//m.exec(printed)?.[1];
    if (origin === undefined) throw new Error(`relink sandbox named no address: ${printed}`);
    const sandbox = new Sandbox(program, origin);
    sandbox.endpoints = printed;
    if (doors !== undefined) {
      sandbox.endpoints = printed.replace(/^listen\s*=.*$/m, `listen = "${listen}"`).replace(/^registered\s*=.*$/m, `registered = "${elsewhere}"`);
    }
    return sandbox;
  }

  /** Writes the endpoints file the app gets: its calls go over the wire, the browser goes straight. */
  writeEndpoints(world, wire) {
    const through = (line) => (/^(token|graph)\s/.test(line) ? line.replace(this.origin, wire.origin) : line);
    const file = join(world.folder, "endpoints.toml");
    writeFileSync(file, this.endpoints.split("\n").map(through).join("\n"));
    return file;
  }

  state = () => this.#get("state");
  account = (id) => this.#get(`accounts/${id}`);
  requests = () => this.#get("requests");

  /** Every account there is: professional ones first. */
  accounts = () => this.#get("accounts");

  /** Something happens to an account at the provider; `to` as in the sandbox's README. */
  apply = (id, change, to) => this.#post(`accounts/${id}/apply`, to === undefined ? { change } : { change, to });

  /** People at Facebook, and their Pages. */
  people = () => this.#get("people");
  pages = () => this.#get("pages");
  applyPerson = (id, change, to) => this.#post(`people/${id}/apply`, to === undefined ? { change } : { change, to });
  applyPage = (id, change, to) => this.#post(`pages/${id}/apply`, to === undefined ? { change } : { change, to });

  /** A long-lived token of a person at Facebook. */
  async userToken(id, more = {}) {
    return (await this.#post(`people/${id}/token`, more)).access_token;
  }

  /** Meta apps: all, one more or another in the place of one, and the switch between development and live. */
  apps = () => this.#get("apps");
  putApp = (app) => this.#post("apps", app);
  appMode = (id, mode) => this.#post(`apps/${id}/mode`, { mode });

  /** Registers one more redirect address of the first app, on both routes. */
  register = (uri) => this.#post("redirects", { uri });

  /** How an account stands to one app: `not_invited`, `invited` or `accepted`. */
  tester = (id, app_id, tester) => this.#post(`accounts/${id}/tester`, { app_id, tester });

  advance = (ms) => this.#post("advance", { ms });
  outage = (kind, more = {}) => this.#post("outage", { kind, ...more });
  fault = (kind, endpoints, remaining, more = {}) => this.#post("fault", { kind, endpoints, ...(remaining && { remaining }), ...more });
  manner = (manner) => this.#post("manner", manner);

  /** A long-lived token of an account, as the provider's dashboard hands one out. */
  async token(id, more = {}) {
    return (await this.#post(`accounts/${id}/token`, more)).access_token;
  }

  /** Lifts the limit of calls an hour, for what would otherwise have to wait for it. */
  async unlimited() {
    const { manner } = await this.state();
    await this.#post("manner", { ...manner, hourly_calls: null });
  }

  stop = () => this.#program.stop();

  #get = (path) => this.#ask(path);
  #post = (path, body) => this.#ask(path, { method: "POST", body: JSON.stringify(body) });

  async #ask(path, more = {}) {
    const response = await fetch(`${this.origin}/control/${path}`, {
      ...more,
      headers: { "x-sandbox-control": "1", "content-type": "application/json" },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the sandbox refused ${path}: ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
}
