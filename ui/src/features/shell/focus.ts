import type { Attachment } from "svelte/attachments";

/** Gives the focus to a heading when its page or step opens, so that reading and Tab go on from there. */
export const focusOnce: Attachment<HTMLElement> = (node) => {
  node.focus({ preventScroll: true });
};
