/**
 * What is wrong with the page's boxes as it stands: something clipped, something overlapping,
 * something to scroll sideways for, a target that is too small. Each fault is one line; empty when
 * all is well. (Design brief, section 19, checks 16 and 19.)
 */
export const layoutFaults = (session) =>
  session.run(`() => {
    const faults = [];
    const name = (element) => {
      const own = element.closest("[data-testid]")?.dataset.testid ?? element.tagName.toLowerCase();
      return own + " “" + (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40) + "”";
    };
    const shown = (element) => {
      const box = element.getBoundingClientRect();
      return box.width > 1 && box.height > 1 && element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
    };
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push("the page scrolls sideways");

    // Text that is cut although it is not meant to be shortened.
    for (const element of document.querySelectorAll("h1, h2, h3, p, button, a, label, li, dt, dd, legend, strong, span")) {
      if (!shown(element) || element.closest(".visually-hidden") !== null) continue;
      const style = getComputedStyle(element);
      if (style.overflowX === "visible" || style.textOverflow === "ellipsis") continue;
      if (style.overflowX !== "auto" && element.scrollWidth > element.clientWidth + 1) faults.push("cut: " + name(element));
    }

    // What a pointer or a key can use.
    const dialog = document.querySelector("dialog[open]");
    const parts = [...(dialog ?? document).querySelectorAll("button, a[href], input, select, textarea, summary")].filter(shown);
    const boxes = parts.map((element) => {
      const target = element.closest("label") ?? element;
      return { element, target, box: target.getBoundingClientRect() };
    });
    for (const { element, box } of boxes) {
      if (box.width < 24 || box.height < 24) faults.push("smaller than 24 px: " + name(element));
    }
    const layer = (element) => element.closest("[popover], dialog, [data-testid^=toast], [data-testid=practice-panel]");
    // Where scrolling hides a part, only what is left of it counts.
    const visible = ({ target, box }) => {
      const left = { top: box.top, bottom: box.bottom, left: box.left, right: box.right };
      for (let above = target.parentElement; above !== null; above = above.parentElement) {
        if (getComputedStyle(above).overflow === "visible") continue;
        const edge = above.getBoundingClientRect();
        left.top = Math.max(left.top, edge.top);
        left.bottom = Math.min(left.bottom, edge.bottom);
        left.left = Math.max(left.left, edge.left);
        left.right = Math.min(left.right, edge.right);
      }
      return left;
    };
    const seen = boxes.map((it) => ({ ...it, box: visible(it) })).filter(({ box }) => box.right > box.left && box.bottom > box.top);
    for (const [at, one] of seen.entries()) {
      for (const other of seen.slice(at + 1)) {
        if (one.target.contains(other.target) || other.target.contains(one.target)) continue;
        if (layer(one.target) !== layer(other.target)) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 1 && down > 1) faults.push("overlapping: " + name(one.element) + " and " + name(other.element));
      }
    }
    return [...new Set(faults)];
  }`);
