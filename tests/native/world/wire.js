import { createServer, request } from "node:http";

const secretFields = new Set(["access_token", "client_secret", "code", "state"]);

/**
 * A wire between the app and the provider that can be listened to. The provider forgets every
 * secret it gives out; whoever wants to search for them has to read them here.
 */
export class Wire {
  #server;
  #target;
  /** Every token, code and app secret that went over it. */
  heard = new Set();
  /** What becomes of the body of a request on its way; a function of it, or nothing. */
  changes = undefined;

  static async open(target) {
    const wire = new Wire();
    wire.#target = target;
    const { hostname, port, host } = new URL(target);
    wire.#server = createServer((asked, answer) => {
      const sent = [];
      asked.on("data", (chunk) => sent.push(chunk));
      asked.on("end", () => {
        const given = Buffer.concat(sent);
        wire.#listen(asked, given.toString());
        const body = wire.changes === undefined ? given : Buffer.from(wire.changes(given.toString()));
        const headers = { ...asked.headers, host, ...(body.length > 0 && { "content-length": body.length }) };
        const onward = request(
          { hostname, port, method: asked.method, path: asked.url, headers, agent: false },
          (from) => wire.#back(from, answer),
        );
        onward.on("error", () => answer.destroy()); // a cut there is a cut here
        onward.end(body);
      });
    });
    await new Promise((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    wire.origin = `http://127.0.0.1:${wire.#server.address().port}`;
    return wire;
  }

  stop() {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  #back(from, answer) {
    const got = [];
    from.on("data", (chunk) => got.push(chunk));
    from.on("error", () => answer.destroy());
    from.on("end", () => {
      const raw = Buffer.concat(got);
      const isText = /json|text/.test(from.headers["content-type"] ?? "");
      const body = isText ? Buffer.from(this.#through(raw.toString())) : raw;
      const { "transfer-encoding": _, ...headers } = from.headers;
      answer.writeHead(from.statusCode, { ...headers, "content-length": body.length });
      answer.end(body);
    });
  }

  /** What an answer says, heard; its links to the next page and to pictures lead over the wire, too. */
  #through(text) {
    for (const [, token] of text.matchAll(/"access_token"\s*:\s*"([^"]+)"/g)) this.heard.add(token);
    const over = (words, path) => words.replaceAll(`${this.#target}/${path}`, `${this.origin}/${path}`);
    return ["graph", "cdn"].reduce(over, text);
  }

  #listen(asked, body) {
    const token = /^Bearer (.+)$/.exec(asked.headers.authorization ?? "")?.[1];
    if (token !== undefined) this.heard.add(token);
    const query = new URL(asked.url, this.origin).searchParams;
    for (const [name, value] of [...query, ...new URLSearchParams(body)]) {
      if (secretFields.has(name)) this.heard.add(value);
    }
  }
}
