import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const clock = "Time comes from the one clock in src/state/clock.svelte.ts, so that tests can set it.";

export default ts.config(
  { ignores: ["dist/", "dist-memory/", "src/ipc/bindings.ts", "src/i18n/words.d.ts"] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
    rules: {
      // `name: null | undefined` in props and `let` for bindable props are Svelte's own idiom.
      "prefer-const": "off",
      // Maps and sets here are replaced as a whole (`$state.raw`): one signal for a list of thousands.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-at-html-tags": "error",
      // Addresses are hashes of our own router.
      "svelte/no-navigation-without-resolve": "off",
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/state/clock.svelte.ts", "src/ipc/memory/**", "src/**/*.test.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: clock },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clock },
        // The content policy refuses style attributes; `style:` directives go another way and are fine.
        { selector: "SvelteAttribute[key.name='style']", message: "Use a class or a style: directive." },
      ],
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only src/ipc/bridge.ts speaks to Tauri." }] },
      ],
    },
  },
  { files: ["src/ipc/bridge.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["build/**", "scripts/**", "*.js"], languageOptions: { globals: { ...globals.node } } },
);
