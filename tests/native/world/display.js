import { firstLine, start } from "./processes.js";

/** A screen of its own for one test, without a graphics card. Gives the value for DISPLAY. */
export async function openDisplay(world) {
  const xvfb = start(
    "Xvfb",
    ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
    { env: world.env, log: world.log("xvfb"), pipes: ["fd3"] },
  );
  const number = await firstLine(xvfb.child.stdio[3], "Xvfb");
  return { name: `:${number}`, stop: () => xvfb.stop() };
}
