import type { OfferedPage } from "../../ipc/bindings";

/** Whether an account can be connected through this Page. */
export const isUsable = ({ state }: Pick<OfferedPage, "state">): boolean => state === "ready" || state === "known";

/**
 * Which Pages are chosen from the start: every one that is not connected yet. Where an account is expected it is its
 * Page alone, and where all are connected already it is all of them.
 */
export function preset(pages: OfferedPage[], expectedId: string | null): string[] {
  const expected = pages.filter((it) => isUsable(it) && expectedId !== null && it.account_id === expectedId);
  const ready = pages.filter((it) => it.state === "ready");
  const chosen = expected.length > 0 ? expected : ready.length > 0 ? ready : pages.filter((it) => it.state === "known");
  return chosen.map((it) => it.page_id);
}

/** Those whose Page or account has `query` in its name. */
export function matching(pages: OfferedPage[], query: string): OfferedPage[] {
  const words = query.trim().replace(/^@/, "").toLowerCase();
  const fits = (text: string | null): boolean => text?.toLowerCase().includes(words) ?? false;
  return pages.filter((it) => fits(it.page_name) || fits(it.username) || fits(it.name));
}
