// Pictures of every screen, light and dark, for people.
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { target, World } from "./world/world.js";
import { walk } from "./walk.js";

/** Those the README shows, by the name they have in docs/. */
const inDocs = {
  "accounts.png": "accounts-light.png",
  "accounts-dark.png": "accounts-dark.png",
  "wizard.png": "wizard-password-4-two-factor-light.png",
};

export async function tour({ docs }) {
  const folder = join(target(), "tour");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const world = await World.open({ provider: false });
  let pictures = 0;
  try {
    await walk(world, async (window, name) => {
      for (const theme of ["dark", "light"]) {
        await window.theme(theme);
        await window.picture(join(folder, `${name}-${theme}.png`));
        pictures += 1;
      }
      console.log(`   ${name}`);
    });
  } finally {
    await world.close();
  }
  console.log(`${pictures} pictures`);
  if (!docs) return;
  const root = join(import.meta.dirname, "..", "..");
  mkdirSync(join(root, "docs"), { recursive: true });
  for (const [name, picture] of Object.entries(inDocs)) copyFileSync(join(folder, picture), join(root, "docs", name));
}
