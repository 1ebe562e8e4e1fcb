import { eventually, start } from "./processes.js";
import { family, nameOf } from "./tree.js";
import { closeWindows, shownWindows } from "./x11.js";

/** The app without a driver: a window that comes and goes, or none. Looked at through the screen and the door. */
export class Background {
  #world;
  #program;

  static async open(world, { args = [], env = {} } = {}) {
    const app = new Background();
    app.#world = world;
    app.#program = start(world.app, args, { env: { ...world.env, ...env }, log: world.log("background") });
    await eventually("the app answers", async () => (await world.relink(["list", "--json"])).code === 0);
    return app;
  }

  get pid() {
    return this.#program.pid;
  }

  get ended() {
    return this.#program.ended;
  }

  stop = () => this.#program.stop();

  #titles = () => shownWindows(this.#world.env.DISPLAY);

  /** Waits for a window whose title says this. */
  shows = (title = /./) =>
    eventually(`a window called ${title} is shown`, async () => (await this.#titles()).some((it) => title.test(it)));

  hides = () => eventually("no window is shown", async () => (await this.#titles()).length === 0);

  /** Presses the window's close button. */
  close = () => closeWindows(this.#world.env.DISPLAY);

  /** It and everything it started, as process ids. */
  processes = () => family(this.pid);

  /** How many processes draw pages for it. */
  pages = () => this.processes().filter((pid) => nameOf(pid).startsWith("WebKitWebProces")).length;
}
