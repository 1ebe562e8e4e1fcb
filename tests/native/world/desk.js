import { createInterface } from "node:readline";
import { eventually, start } from "./processes.js";

/** A desktop's notification server and tray on the world's bus: what they show is kept, what a person presses is told. */
export class Desk {
  #program;
  #heard = [];

  static async open(world) {
    const desk = new Desk();
    desk.#program = start(world.tools.desk, [], {
      env: world.env,
      log: world.log("desk"),
      pipes: ["stdin", "stdout"],
    });
    createInterface({ input: desk.#program.child.stdout }).on("line", (line) => desk.#heard.push(JSON.parse(line)));
    await desk.hears("ready");
    return desk;
  }

  stop = () => this.#program.stop();

  /** Every notice shown so far; one that took another's place stands once, as it is now. */
  get notices() {
    const shown = new Map();
    for (const it of this.#heard) {
      if (it.event === "notify") shown.set(it.id, it);
      if (it.event === "close") shown.delete(it.id);
    }
    return [...shown.values()];
  }

  /** How often something was shown, places taken included. */
  get timesShown() {
    return this.#heard.filter((it) => it.event === "notify").length;
  }

  hears(event, matches = () => true) {
    return eventually(`the desktop hears ${event}`, () => this.#heard.find((it) => it.event === event && matches(it)));
  }

  /** Waits for the icon of a program that started just now; `before`: how many had come by then. */
  async newIcon(before) {
    await eventually("an icon comes into the tray", () => this.icons > before);
  }

  /** How many icons have come so far. */
  get icons() {
    return this.#heard.filter((it) => it.event === "tray").length;
  }

  #say(line) {
    this.#program.child.stdin.write(`${line}\n`);
  }

  /** Clicks a notice. */
  click(id) {
    this.#say(`click ${id}`);
  }

  /** What the tray shows now: `status`, `tooltip`, `lines` of `{id, label, separator, lines}`. */
  async menu() {
    const before = this.#heard.length;
    this.#say("menu");
    return eventually("the tray's menu is read", () => {
      const answers = this.#heard.slice(before);
      const failed = answers.find((it) => it.event === "error");
      if (failed) throw new Error(failed.text);
      return answers.find((it) => it.event === "menu");
    });
  }

  /** Presses the line of the menu that says this; `within`: the line whose menu it is in. */
  async press(label, within) {
    const menu = await this.menu();
    const lines = within === undefined ? menu.lines : menu.lines.find((line) => within.test(line.label)).lines;
    const line = lines.find((line) => label.test(line.label));
    if (line === undefined) throw new Error(`no line says ${label}: ${lines.map((line) => line.label).join(" · ")}`);
    this.#say(`press ${line.id}`);
  }

  /** Presses the icon itself, where a desktop reports that. */
  activate() {
    this.#say("activate");
  }
}
