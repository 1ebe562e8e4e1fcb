import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { groups } from "./build/chunks.js";
import { sprite } from "./build/sprite.js";
import { words } from "./build/words.js";

/** The policy of the real window, so that a preview in a browser fails where the window would. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' media: http://media.localhost; font-src 'self'; connect-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'";

export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [svelte(), svelteTesting(), words(), sprite()],
  build: {
    target: "safari18",
    // A separate folder for the build with the in-page world, so that it can never be shipped by mistake.
    outDir: mode === "memory" ? "dist-memory" : "dist",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  server: { port: 5173, strictPort: true },
  preview: { port: 4173, strictPort: true, headers: { "Content-Security-Policy": policy } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/test/setup.ts"],
    // A busy computer is no failure.
    testTimeout: 60_000,
    // Countdown and date tables name their zone themselves; this is the one for everything else.
    env: { TZ: "Europe/Berlin" },
  },
}));
