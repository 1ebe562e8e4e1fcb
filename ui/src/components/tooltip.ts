import type { Attachment } from "svelte/attachments";

/** How long one waits for a tooltip (ms; design brief, section 8). */
const WAIT = 500;

let bubble: HTMLElement | null = null;
let owner: HTMLElement | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * A tooltip on hover and on keyboard focus. It stays while it is pointed at and closes with Escape.
 * It repeats what the accessible name says, or adds to it; it never carries anything on its own.
 */
export function tooltip(text: (node: HTMLElement) => string): Attachment<HTMLElement> {
  return (node) => {
    const later = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => show(node, text(node)), WAIT);
    };
    const focused = (): void => {
      if (node.matches(":focus-visible")) later();
    };
    const away = (): void => {
      clearTimeout(timer);
      // A moment to move the pointer onto the tooltip itself.
      timer = setTimeout(() => {
        if (owner === node && bubble?.matches(":hover") !== true) hide();
      }, 150);
    };
    node.addEventListener("pointerenter", later);
    node.addEventListener("pointerleave", away);
    node.addEventListener("focus", focused);
    node.addEventListener("blur", away);
    node.addEventListener("pointerdown", hide);
    return () => {
      for (const [type, heard] of [
        ["pointerenter", later],
        ["pointerleave", away],
        ["focus", focused],
        ["blur", away],
        ["pointerdown", hide],
      ] as const) {
        node.removeEventListener(type, heard);
      }
      if (owner === node) hide();
    };
  };
}

function show(node: HTMLElement, text: string): void {
  if (!node.isConnected || text === "") return;
  bubble ??= make();
  bubble.textContent = text;
  owner = node;
  // Inside an open dialog the tooltip must be part of it, or it lies below.
  (node.closest("dialog") ?? document.body).append(bubble);
  bubble.showPopover();
  const place = node.getBoundingClientRect();
  const size = bubble.getBoundingClientRect();
  const below = place.bottom + 6 + size.height < innerHeight;
  bubble.style.top = `${below ? place.bottom + 6 : place.top - size.height - 6}px`;
  bubble.style.left = `${Math.max(8, Math.min(place.left + place.width / 2 - size.width / 2, innerWidth - size.width - 8))}px`;
}

function hide(): void {
  clearTimeout(timer);
  owner = null;
  if (bubble?.isConnected) bubble.hidePopover();
}

function make(): HTMLElement {
  const made = document.createElement("div");
  made.className = "tooltip";
  made.setAttribute("role", "tooltip");
  made.setAttribute("popover", "manual");
  made.addEventListener("pointerleave", hide);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && owner !== null) hide();
  });
  addEventListener("scroll", hide, true);
  return made;
}
