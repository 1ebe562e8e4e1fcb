// A web space on https, as a person hosts the bounce page on: under a name of its own.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { run } from "./processes.js";
import { onPath } from "./tools.js";

/**
 * Hosts one page at `https://NAME/PATH` for the world's browser, as it lies in a file.
 *
 * @param {import("./world.js").World} world
 * @param {{name: string, path: string, file: string}} page
 */
export async function hostPage(world, { name, path, file }) {
  const openssl = onPath("openssl");
  if (openssl === undefined) throw new Error("openssl is missing");
  const [key, cert] = [join(world.folder, "host-key.pem"), join(world.folder, "host-cert.pem")];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", cert];
  const { code } = await run(openssl, [...words, "-subj", `/CN=${name}`], { env: world.env, log: world.log("openssl") });
  if (code !== 0) throw new Error("openssl made no certificate");
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, answer) => {
    // Some hosts add the slash themselves; this one serves the page with it and without.
    const asks = new URL(asked.url, `https://${name}`).pathname.replace(/\/$/, "");
    if (asks !== path.replace(/\/$/, "")) return answer.writeHead(404).end();
    return answer.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  world.browser.knowsHost(name, server.address().port);
  world.ends(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `https://${name}${path}`;
}
