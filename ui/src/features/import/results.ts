import { routed, t, type Voice } from "../../i18n";
import type { Imported, ImportResult } from "../../ipc/bindings";

/** Every result, in the order in which they are summed up; the words are `import.summary.<name>`. */
export const everyResult: ImportResult[] = ["added", "known", "refused", "no_answer", "malformed", "twice"];

/** Lines that hold something: empty ones and notes (`#`) are left out, as the core leaves them out. */
export function linesIn(text: string): number {
  return text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("#")).length;
}

/** How many of each result there are; those that did not happen are left out. */
export function counted(results: Imported[]): { result: ImportResult; count: number }[] {
  return everyResult
    .map((result) => ({ result, count: results.filter((it) => it.result === result).length }))
    .filter(({ count }) => count > 0);
}

/** What became of a line, with the reason where it was refused. Needs the words of `import`. */
export function resultWords({ result, cause }: Imported, voice: Voice): string {
  return result === "refused" && cause !== null ? t("import.refusedFor", { reason: t(routed(`reason.${cause}`, voice)) }) : t(`import.${result}`);
}

/** The results as text: line, account and result, and nothing of the access itself. */
export function resultText(results: Imported[], voice: Voice): string {
  return results
    .map((it) =>
      it.username === null
        ? t("import.copyLineBare", { line: it.line, result: resultWords(it, voice) })
        : t("import.copyLine", { line: it.line, account: `@${it.username}`, result: resultWords(it, voice) }),
    )
    .join("\n");
}
