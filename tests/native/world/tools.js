import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program on PATH, or undefined. */
export function onPath(...names) {
  for (const name of names) {
    for (const folder of process.env.PATH.split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Look on.
      }
    }
  }
  return undefined;
}

/** The programs the stories run; an error names every one that is missing. */
export function findTools(target) {
  const build = process.env.RELINK_BUILD ?? join(target, "e2e");
  const ownDriver = join(target, "tools", "bin", "tauri-driver");
  const built = (name) => (existsSync(join(build, name)) ? join(build, name) : undefined);
  const tools = {
    app: built("relink-desktop"),
    cli: built("relink"),
    desk: built("desk"),
    tauriDriver: existsSync(ownDriver) ? ownDriver : onPath("tauri-driver"),
    webkitDriver: onPath("WebKitWebDriver"),
    chromium: process.env.RELINK_CHROMIUM ?? onPath("chromium", "chromium-browser", "google-chrome"),
    chromedriver: onPath("chromedriver", "chromium.chromedriver"),
    xvfb: onPath("Xvfb"),
    bus: onPath("dbus-daemon"),
    keyring: onPath("gnome-keyring-daemon"),
    secretTool: onPath("secret-tool"),
  };
  const missing = Object.entries(tools).filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) {
    throw new Error(`Missing for the tests of the real window: ${missing.join(", ")}. \`cargo xtask test\` installs and builds them.`);
  }
  return tools;
}
