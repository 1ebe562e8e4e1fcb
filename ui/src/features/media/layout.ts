/** The least width of a tile, the room between two, and that of the line below one (rem). */
const TILE = 5.5;
const GAP = 0.5;
const LINE = 1.25;
/** Rows kept ready on each side of those in sight. */
const MARGIN = 2;

export interface Layout {
  columns: number;
  /** From the top of a row to the top of the next (px). */
  row: number;
  /** Room between two tiles (px). */
  gap: number;
}

/** As many tiles as fit in `width` px, all of one size; `rem` is the size of the person's text in px. */
export function layOut(width: number, rem: number): Layout {
  const gap = GAP * rem;
  const columns = Math.max(1, Math.floor((width + gap) / (TILE * rem + gap)));
  const tile = (width - gap * (columns - 1)) / columns;
  return { columns, row: tile + LINE * rem + gap, gap };
}

/** Which items are drawn, from `first` up to, not including, `end`; `scroll` and `height` in px. */
export function drawn({ columns, row }: Layout, scroll: number, height: number, count: number): { first: number; end: number } {
  // A height read before the style sheet applies can be that of the whole grid.
  const inSight = Math.min(height, innerHeight);
  const rows = Math.ceil(count / columns);
  const end = Math.max(0, Math.min(rows, Math.ceil((scroll + inSight) / row) + MARGIN));
  const first = Math.max(0, Math.min(end - 1, Math.floor(scroll / row) - MARGIN));
  return { first: first * columns, end: Math.min(count, end * columns) };
}
