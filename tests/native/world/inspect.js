import { join } from "node:path";
import { target } from "./world.js";

const wide = [1080, 720];
const smallest = [720, 520]; // the least the window can be

/**
 * Looks at the page as it stands: dark, light, and as narrow as can be. Leaves a picture of each, and gives what is
 * wrong with it, a line for each fault; empty when all is well.
 */
export async function inspect(window, name) {
  const faults = [];
  const look = async (how) => {
    await window.picture(join(target(), "shots", `${name}-${how}.png`));
    for (const fault of [...(await window.violations()), ...(await window.layoutFaults())]) faults.push(`${name}, ${how}: ${fault}`);
  };
  await window.theme("dark");
  await look("dark");
  await window.theme("light");
  await window.resize(...smallest);
  await look("narrow");
  await window.resize(...wide);
  await look("light");
  return faults;
}
