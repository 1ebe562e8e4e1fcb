// Programs a test starts. Every one leads its own process group, so that what it starts goes with it.
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createServer } from "node:net";

const running = new Set();

process.on("exit", () => {
  for (const program of running) program.kill();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

/**
 * Starts a program.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{env: NodeJS.ProcessEnv, log: string, cwd?: string, pipes?: ("stdin" | "stdout" | "fd3")[]}} options
 *   `log`: the file both outputs go to; `pipes`: what the caller reads or writes itself.
 */
export function start(command, args, { env, log, cwd, pipes = [] }) {
  const file = openSync(log, "a", 0o600);
  const wants = (name, otherwise) => (pipes.includes(name) ? "pipe" : otherwise);
  const child = spawn(command, args, {
    env,
    cwd,
    detached: true,
    stdio: [wants("stdin", "ignore"), wants("stdout", file), file, wants("fd3", "ignore")],
  });
  const program = {
    child,
    pid: child.pid,
    /** Resolves with the exit code, or null after a signal. */
    ended: new Promise((resolve) => {
      child.once("exit", resolve);
      child.once("error", () => resolve(127));
    }),
    kill(signal = "SIGKILL") {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // It is gone already.
      }
    },
    async stop() {
      program.kill("SIGTERM");
      const late = setTimeout(() => program.kill(), 3000);
      await program.ended;
      clearTimeout(late);
      program.kill(); // whatever it left behind in its group
    },
  };
  running.add(program);
  program.ended.then(() => running.delete(program));
  return program;
}

/** Runs a program to its end; gives its exit code and its standard output. `input` goes to its standard input. */
export async function run(command, args, { env, log, input, cwd }) {
  const program = start(command, args, { env, log, cwd, pipes: ["stdin", "stdout"] });
  program.child.stdin.on("error", () => {}); // it may end without reading
  program.child.stdin.end(input ?? "");
  let output = "";
  for await (const chunk of program.child.stdout) output += chunk;
  return { code: await program.ended, output };
}

/** The first line a stream gives, or an error that says which program was silent. */
export async function firstLine(stream, what, within = 30_000) {
  return new Promise((resolve, reject) => {
    let text = "";
    const late = setTimeout(() => reject(new Error(`${what} said nothing for ${within / 1000} s`)), within);
    stream.on("data", (chunk) => {
      text += chunk;
      if (!text.includes("\n")) return;
      clearTimeout(late);
      resolve(text.slice(0, text.indexOf("\n")));
    });
    stream.once("end", () => reject(new Error(`${what} ended before it was ready: "${text}"`)));
  });
}

/** How many ports have been given; processes begin at different places. */
let given = process.pid;

/**
 * A port nobody listens on. It is below those the system gives to whoever asks for any (`tests/ports` tells why),
 * and beside those of the tests without a window.
 */
export async function freePort() {
  for (;;) {
    given += 1;
    const port = 30_000 + (given % 2_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Asks again until the answer is true-ish, and gives it back. A question that throws counts as "not yet".
 *
 * @param {string} what completes the sentence "It did not come to this: …"
 * @param {() => unknown} check
 * @param {{within?: number, explain?: () => Promise<string>}} [options] `within` in milliseconds
 */
export async function eventually(what, check, { within = 30_000, explain } = {}) {
  const until = performance.now() + within;
  let last;
  for (;;) {
    try {
      const answer = await check();
      if (answer) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until) break;
    await pause(60);
  }
  const why = explain === undefined ? "" : `\n${await explain()}`;
  throw new Error(`It did not come to this within ${within / 1000} s: ${what}${why}`, { cause: last });
}
