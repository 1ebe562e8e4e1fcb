import { eventually, run, start } from "./processes.js";

const PASSWORD = "test\n"; // with and without the newline are two passwords; an empty one does not unlock
const SERVICE = "app.relink.desktop"; // vault::SERVICE
const LOGIN = "/org/freedesktop/secrets/collection/login";

/**
 * A real Secret Service on the world's own bus. It runs without a display: there a locked
 * keyring answers at once, with one it waits for a prompt nobody can see.
 */
export class Keyring {
  #world;
  #env;
  #daemon;

  constructor(world) {
    this.#world = world;
    this.#env = world.env;
  }

  /** Starts it, unlocked, or unlocks it by starting it anew, as logging in again does. */
  async unlock() {
    await this.stop();
    this.#daemon = start("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], {
      env: this.#env,
      log: this.#world.log("keyring"),
      pipes: ["stdin"],
    });
    this.#daemon.child.stdin.end(PASSWORD);
    await eventually("the key store is unlocked", async () => (await this.#locked()) === false);
  }

  async lock() {
    await this.#ask("/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock", `array:objpath:${LOGIN}`);
    await eventually("the key store is locked", async () => (await this.#locked()) === true);
  }

  /** Takes the whole service away. */
  async stop() {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }

  /** Every secret in it, as text: what must be found nowhere else. */
  async secrets() {
    const { output } = await run("secret-tool", ["search", "--all", "--unlock", "service", SERVICE], {
      env: this.#env,
      log: this.#world.log("keyring"),
    });
    const found = output.split("\n").filter((line) => line.startsWith("secret = "));
    return found.map((line) => line.slice("secret = ".length));
  }

  async #locked() {
    const answer = await this.#ask(LOGIN, "org.freedesktop.DBus.Properties.Get",
      "string:org.freedesktop.Secret.Collection", "string:Locked");
    return answer.includes("boolean true") ? true : answer.includes("boolean false") ? false : undefined;
  }

  async #ask(path, member, ...args) {
    const { output } = await run(
      "dbus-send",
      ["--session", "--print-reply", "--reply-timeout=5000", "--dest=org.freedesktop.secrets", path, member, ...args],
      { env: this.#env, log: this.#world.log("keyring") },
    );
    return output;
  }
}
