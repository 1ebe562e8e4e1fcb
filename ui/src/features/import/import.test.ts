import words from "virtual:words/import";
import { describe, expect, it } from "vitest";
import { learn } from "../../i18n";
import type { Imported } from "../../ipc/bindings";
import { page, type Page } from "../../test/page";
import { counted, everyResult, linesIn, resultText, resultWords } from "./results";

learn(words);
const SECRET = "IGAAsecret-access-made-elsewhere";
const field = (shown: Page): HTMLTextAreaElement => shown.get("import-field") as HTMLTextAreaElement;

async function give(shown: Page, text: string): Promise<void> {
  field(shown).value = text;
  field(shown).dispatchEvent(new Event("input", { bubbles: true }));
  await shown.settle();
}

const line = (more: Partial<Imported>): Imported => ({ line: 1, result: "added", account_id: null, username: null, cause: null, ...more });

describe("the results", () => {
  it.each(everyResult)("%s has words", (result) => {
    expect(resultWords(line({ result }), "instagram").length).toBeGreaterThan(3);
  });
  it("say why one was refused", () => {
    expect(resultWords(line({ result: "refused", cause: "expired" }), "instagram")).toBe("Refused: The 60 days ran out");
    expect(resultWords(line({ result: "refused", cause: "app_removed" }), "facebook")).toBe("Refused: App removed at Facebook");
  });
  it("are counted, those that did not happen left out", () => {
    expect(counted([line({}), line({ line: 2 }), line({ line: 3, result: "twice" })])).toEqual([
      { result: "added", count: 2 },
      { result: "twice", count: 1 },
    ]);
  });
  it("leave out empty lines and notes when lines are counted", () => {
    expect(linesIn("a\n\n# note\n  b \n")).toBe(2);
  });
  it("are copied with line, account and result", () => {
    const text = resultText([line({ username: "shop" }), line({ line: 2, result: "malformed" })], "instagram");
    expect(text).toBe("Line 1: @shop – Added\nLine 2: Cannot be read as access");
  });
});

describe("adding access made elsewhere", () => {
  it("says what became of each line, and keeps nothing of it", async () => {
    const shown = await page("scene=two-apps", "#/import");
    await give(shown, `${SECRET}\n\n${SECRET}\nEAABsomething-else-of-a-page\nshort`);
    expect(shown.get("import-add").textContent.trim()).toBe("Add 4 accounts");
    shown.get("import-add").click();
    await shown.settle();
    const call = shown.bridge.calls.find(({ name }) => name === "add_tokens");
    expect(call?.args).toMatchObject({ route: "instagram" });
    expect(shown.get("import-line-1").dataset["result"]).toBe("added");
    expect(shown.get("import-line-3").dataset["result"]).toBe("twice");
    expect(shown.get("import-line-4").textContent).toContain("Refused: Instagram did not say why");
    expect(shown.get("import-line-5").dataset["result"]).toBe("malformed");
    expect(shown.get("import-summary").textContent).toMatch(/^1 added, 1 refused, 1 cannot be read,? and 1 twice$/);
    expect(document.body.innerHTML).not.toContain(SECRET);
    shown.get("import-copy").click();
    await shown.settle();
    const copied = (shown.bridge.calls.at(-1)?.args as { text: string }).text;
    expect(copied).toContain("Line 1: @imported_1 – Added");
    expect(copied).not.toContain("IGAA");
    shown.get("import-again").click();
    await shown.settle();
    expect(field(shown).value).toBe("");
  });

  it("keeps nothing where it failed, either", async () => {
    const shown = await page("", "#/import");
    shown.bridge.refuse("add_tokens", "invalid_input");
    await give(shown, SECRET);
    shown.get("import-add").click();
    await shown.settle();
    expect(shown.get("import-error").textContent).toContain("No line looks like access");
    expect(field(shown).value).toBe("");
  });

  it("asks for something first", async () => {
    const shown = await page("", "#/import");
    shown.get("import-add").click();
    await shown.settle();
    expect(shown.get("import-error").textContent).toContain("Paste at least one access");
    expect(document.activeElement).toBe(field(shown));
    expect(shown.bridge.calls.map(({ name }) => name)).not.toContain("add_tokens");
  });

  it("names the route and the app it was made by", async () => {
    const shown = await page("scene=two-both", "#/import");
    shown.get("import-route-facebook").click();
    await shown.settle();
    const select = shown.get("import-app") as HTMLSelectElement;
    select.value = "facebook:100000000000001";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await give(shown, SECRET);
    shown.get("import-add").click();
    await shown.settle();
    expect(shown.bridge.calls.find(({ name }) => name === "add_tokens")?.args).toMatchObject({
      route: "facebook",
      app: "facebook:100000000000001",
    });
  });

  it("reads a file, and refuses one that is too large", async () => {
    const shown = await page("", "#/import");
    const input = shown.get("import-file") as HTMLInputElement;
    const choose = async (file: File): Promise<void> => {
      Object.defineProperty(input, "files", { value: [file], configurable: true });
      input.dispatchEvent(new Event("change", { bubbles: true }));
      await shown.settle();
    };
    await choose(new File([`${SECRET}\n${SECRET}2\n`], "access.txt"));
    expect(shown.get("import-file-read").textContent).toContain("2 lines read from access.txt");
    expect(shown.get("import-add").textContent.trim()).toBe("Add 2 accounts");
    await choose(new File(["x".repeat(1_000_001)], "film.txt"));
    expect(shown.get("import-file-read").textContent).toContain("larger than 1 MB");
  });

  it("is reached from the add page and from the command menu", async () => {
    const shown = await page("", "#/add");
    shown.get("add-move").click();
    await shown.settle();
    expect(shown.find("import")).not.toBeNull();
    shown.ui.router.go({ page: "accounts", id: null });
    shown.ui.paletteOpen = true;
    await shown.settle();
    shown.get("palette-import").click();
    await shown.settle();
    expect(shown.ui.router.place).toEqual({ page: "import" });
  });
});
