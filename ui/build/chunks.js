const main = new URL("../src/main.ts", import.meta.url).pathname;

/**
 * The files the page comes in: what the start needs is one, what several late screens share is another, and the rest
 * stays with its screen. A file for every shared component would cost more in imports and exports than it holds.
 */
export const groups = [
  { name: start, priority: 1, debugName: "start" },
  { name: "shared", minShareCount: 3 },
];

/** The modules the entry imports at once, directly or not. */
const atOnce = new Set();

function start(id, modules) {
  const follow = (module) => {
    if (atOnce.has(module)) return;
    atOnce.add(module);
    modules.getModuleInfo(module)?.importedIds.forEach(follow);
  };
  follow(main);
  return atOnce.has(id) ? "start" : null;
}
