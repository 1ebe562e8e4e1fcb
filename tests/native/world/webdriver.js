// The part of W3C WebDriver (https://www.w3.org/TR/webdriver2/) these tests need, for the window and the browser alike.
import { eventually } from "./processes.js";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf"; // section 12.1, the web element identifier

/** Keys by their names in section 17.4.2. */
export const Key = {
  Enter: "\uE007", Tab: "\uE004", Escape: "\uE00C", Space: " ", Backspace: "\uE003", Delete: "\uE017",
  ArrowUp: "\uE013", ArrowDown: "\uE015", ArrowLeft: "\uE012", ArrowRight: "\uE014",
  Home: "\uE011", End: "\uE010", Shift: "\uE008", Control: "\uE009", Alt: "\uE00A", F5: "\uE035", F6: "\uE036", F10: "\uE03A",
};

/** An answer that is an error; `code` is the one of section 6.6. */
export class DriverError extends Error {
  constructor(value) {
    super(`${value?.error}: ${String(value?.message).split("\n")[0]}`);
    this.code = value?.error;
  }
}

async function call(method, address, body) {
  const response = await fetch(address, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  const { value } = await response.json();
  if (!response.ok) throw new DriverError(value);
  return value;
}

/** One automated window. */
export class Session {
  #address;

  constructor(address) {
    this.#address = address;
  }

  /** Waits for the driver to answer, then opens a session. */
  static async open(server, capabilities) {
    await eventually(`a driver answers at ${server}`, async () => (await fetch(`${server}/status`)).ok);
    const { sessionId } = await call("POST", `${server}/session`, { capabilities: { alwaysMatch: capabilities } });
    return new Session(`${server}/session/${sessionId}`);
  }

  get = (path) => call("GET", `${this.#address}/${path}`);
  post = (path, body = {}) => call("POST", `${this.#address}/${path}`, body);

  forgetCookies = () => call("DELETE", `${this.#address}/cookie`);

  close = () => call("DELETE", this.#address);

  go = (url) => this.post("url", { url });
  url = () => this.get("url");
  title = () => this.get("title");

  /** Runs a function in the page; arguments and result travel as JSON. A promise is waited for. */
  async run(script, ...args) {
    const body = `const done = arguments[arguments.length - 1];
      Promise.resolve((${script}).apply(null, Array.prototype.slice.call(arguments, 0, -1)))
        .then((value) => done({ value }), (error) => done({ error: error?.code ?? String(error?.message ?? error) }));`;
    const answer = await this.post("execute/async", { script: body, args });
    if (answer?.error !== undefined) throw new Error(`in the page: ${answer.error}`);
    return answer?.value;
  }

  /** Runs source text in the page, as it is. */
  source = (script) => this.post("execute/sync", { script, args: [] });

  async find(selector) {
    return (await this.post("element", { using: "css selector", value: selector }))[ELEMENT];
  }

  async click(selector) {
    await this.post(`element/${await this.find(selector)}/click`);
  }

  async text(selector) {
    return this.get(`element/${await this.find(selector)}/text`);
  }

  async type(selector, text) {
    const element = await this.find(selector);
    await this.post(`element/${element}/clear`);
    await this.post(`element/${element}/value`, { text });
  }

  /** Presses keys as a keyboard would; of several, the earlier ones stay down: `keys(Key.Control, "k")`. */
  async keys(...chord) {
    const down = chord.map((value) => ({ type: "keyDown", value }));
    const up = chord.toReversed().map((value) => ({ type: "keyUp", value }));
    await this.post("actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  /** Moves the pointer to a place of the page, in CSS pixels from its upper left corner. */
  async pointAt(x, y) {
    const move = { type: "pointerMove", duration: 0, x, y };
    await this.post("actions", { actions: [{ type: "pointer", id: "mouse", actions: [move] }] });
  }

  async screenshot() {
    return Buffer.from(await this.get("screenshot"), "base64");
  }

  /** Width and height of the window in CSS pixels. */
  resize = (width, height) => this.post("window/rect", { width, height });
}
