import { list, number, t } from "../../i18n";
import { dateTime } from "../../i18n/dates";
import type { KeptPart, Manifest, Receipt } from "../../ipc/bindings";

// What is kept of an account, in words. Needs the words of `kept`.

const parts: Record<KeptPart, true> = { media: true, history: true, label: true, notes: true, two_factor: true, checklist: true };
const all = Object.keys(parts) as KeptPart[];

const lineOf = (manifest: Manifest, part: KeptPart) => manifest.lines.find((line) => line.part === part);
export const countOf = (manifest: Manifest, part: KeptPart): number => lineOf(manifest, part)?.count ?? 0;
export const digestOf = (manifest: Manifest, part: KeptPart): string => lineOf(manifest, part)?.digest ?? "";

/** The parts that a manifest has a line for, in their order. */
export const partsOf = (manifest: Manifest): KeptPart[] => all.filter((part) => lineOf(manifest, part) !== undefined);

/** "1,204 media items", "notes" …: what there is of it in all the manifests together. */
export function items(manifests: Manifest[]): string[] {
  return all.flatMap((part) => {
    const count = manifests.reduce((sum, manifest) => sum + countOf(manifest, part), 0);
    return count === 0 ? [] : [t(`kept.count.${part}`, { count })];
  });
}

/** "Everything came back: 1,204 media items and 35 history entries." */
export function cameBack({ after }: Receipt): string {
  const there = items([after]);
  return there.length === 0 ? t("kept.receipt.allNone") : t("kept.receipt.all", { items: list(there) });
}

/** What did not come back as it was, a line each. */
export function missing({ before, after, missing: gone }: Receipt): string[] {
  return gone.map((kind) => {
    const [was, is] = [countOf(before, kind), countOf(after, kind)];
    const part = t(`kept.part.${kind}`);
    return was === is ? t("kept.receipt.changed", { part }) : t("kept.receipt.fewer", { part, before: was, after: is });
  });
}

/** The whole receipt as text, for a mail or a ticket. */
export function receiptText(name: string, receipt: Receipt): string {
  const { before, after } = receipt;
  return [
    t("kept.receipt.text", { name }),
    t("kept.receipt.taken", { before: dateTime(before.taken_at), after: dateTime(after.taken_at) }),
    ...(receipt.missing.length === 0 ? [cameBack(receipt)] : [t("kept.receipt.missing"), ...missing(receipt)]),
    "",
    ...partsOf(before).map((part) =>
      t("kept.receipt.line", {
        part: t(`kept.part.${part}`),
        before: number(countOf(before, part)),
        beforeDigest: digestOf(before, part),
        after: number(countOf(after, part)),
        afterDigest: digestOf(after, part),
      }),
    ),
  ].join("\n");
}
