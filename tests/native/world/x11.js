// The little of the X11 protocol it takes to press a window's close button where no window manager is.
import { connect } from "node:net";

const opcode = { getAttributes: 3, queryTree: 15, internAtom: 16, getProperty: 20, sendEvent: 25, getInputFocus: 43 };
const CLIENT_MESSAGE = 33;
const VIEWABLE = 2;

/** Asks every window of a display to close, as its close button does. */
export async function closeWindows(display) {
  const server = await Connection.open(display);
  try {
    const [protocols, deletes] = [await server.atom("WM_PROTOCOLS"), await server.atom("WM_DELETE_WINDOW")];
    for (const window of await server.children(server.root)) {
      if ((await server.property(window, protocols)).includes(deletes)) server.sendMessage(window, protocols, deletes);
    }
    await server.settled();
  } finally {
    server.end();
  }
}

/** The titles of the windows that can be seen on a display. */
export async function shownWindows(display) {
  const server = await Connection.open(display);
  try {
    const [protocols, name] = [await server.atom("WM_PROTOCOLS"), await server.atom("_NET_WM_NAME")];
    const titles = [];
    for (const window of await server.children(server.root)) {
      const isOfAnApp = (await server.property(window, protocols)).length > 0;
      if (isOfAnApp && (await server.isViewable(window))) titles.push(await server.text(window, name));
    }
    return titles;
  } finally {
    server.end();
  }
}

class Connection {
  #socket;
  #bytes = Buffer.alloc(0);
  #wake = () => {};

  static async open(display) {
    const server = new Connection();
    server.#socket = connect(`/tmp/.X11-unix/X${display.replace(":", "")}`);
    server.#socket.on("data", (chunk) => {
      server.#bytes = Buffer.concat([server.#bytes, chunk]);
      server.#wake();
    });
    await new Promise((resolve, reject) => server.#socket.once("connect", resolve).once("error", reject));
    const hello = Buffer.alloc(12);
    hello.write("l"); // little-endian
    hello.writeUInt16LE(11, 2);
    server.#socket.write(hello);
    const head = await server.#take(8);
    const rest = await server.#take(head.readUInt16LE(6) * 4);
    if (head[0] !== 1) throw new Error("the display refused the connection");
    const vendor = Math.ceil(rest.readUInt16LE(16) / 4) * 4;
    server.root = rest.readUInt32LE(32 + vendor + rest[21] * 8);
    return server;
  }

  end = () => this.#socket.destroy();

  async atom(name) {
    const body = Buffer.alloc(4 + Math.ceil(name.length / 4) * 4);
    body.writeUInt16LE(name.length);
    body.write(name, 4);
    return (await this.#ask(opcode.internAtom, body)).readUInt32LE(8);
  }

  async children(window) {
    const answer = await this.#ask(opcode.queryTree, words(window));
    return list(answer, answer.readUInt16LE(16));
  }

  /** The 32-bit values of a property; none where it is not set. */
  async property(window, property) {
    const answer = await this.#ask(opcode.getProperty, words(window, property, 0, 0, 1024));
    return answer[1] === 32 ? list(answer, answer.readUInt32LE(16)) : [];
  }

  /** A property of text, UTF-8. */
  async text(window, property) {
    const answer = await this.#ask(opcode.getProperty, words(window, property, 0, 0, 1024));
    return answer.subarray(32, 32 + answer.readUInt32LE(16)).toString("utf8");
  }

  async isViewable(window) {
    return (await this.#ask(opcode.getAttributes, words(window)))[26] === VIEWABLE;
  }

  sendMessage(window, type, value) {
    const event = Buffer.alloc(32);
    event[0] = CLIENT_MESSAGE;
    event[1] = 32; // bits of each value
    words(window, type, value).copy(event, 4);
    this.#send(opcode.sendEvent, Buffer.concat([words(window, 0), event]));
  }

  /** Any answer means that everything sent before has been done. */
  settled = () => this.#ask(opcode.getInputFocus, Buffer.alloc(0));

  #send(code, body) {
    const head = Buffer.alloc(4);
    head[0] = code;
    head.writeUInt16LE(1 + body.length / 4, 2);
    this.#socket.write(Buffer.concat([head, body]));
  }

  async #ask(code, body) {
    this.#send(code, body);
    const head = await this.#take(32);
    if (head[0] !== 1) throw new Error(`the display answered request ${code} with error ${head[1]}`);
    return Buffer.concat([head, await this.#take(head.readUInt32LE(4) * 4)]);
  }

  async #take(length) {
    while (this.#bytes.length < length) await new Promise((resolve) => (this.#wake = resolve));
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}

function words(...values) {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
}

const list = (answer, count) => Array.from({ length: count }, (_, at) => answer.readUInt32LE(32 + at * 4));
