/** Rows are all in the document up to this many; above, only those in sight. (Design brief, section 14.) */
export const ALL_UP_TO = 200;
/** Rows kept ready on each side of those in sight. */
const MARGIN = 10;

/** Which lines to draw: from `first` up to, not including, `end`. Heights and distances in px. */
export function visible(scroll: number, height: number, row: number, count: number): { first: number; end: number } {
  if (count <= ALL_UP_TO) return { first: 0, end: count };
  // A height read before the style sheet applies can be that of the whole list.
  const inSight = Math.min(height, innerHeight);
  const first = Math.max(0, Math.floor(scroll / row) - MARGIN);
  const end = Math.min(count, Math.ceil((scroll + inSight) / row) + MARGIN);
  return { first: Math.min(first, end), end };
}

/** The first and the last line in sight, from 1, for the status bar. */
export function inSight(scroll: number, height: number, row: number, count: number): { from: number; to: number } {
  const from = Math.min(count, Math.floor(scroll / row) + 1);
  return { from, to: Math.min(count, Math.max(from, Math.floor((scroll + Math.min(height, innerHeight)) / row))) };
}
