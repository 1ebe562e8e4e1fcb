import { writeFileSync } from "node:fs";
import { readMessages, renderTypes } from "./words.js";

writeFileSync(new URL("../src/i18n/words.d.ts", import.meta.url), renderTypes(readMessages()));
