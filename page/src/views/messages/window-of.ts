/** Rows above and below the seen ones, so that scrolling shows no gap. */
const SPARE_ROWS = 6;

/** The rows to put into the document: from `first` to before `end`. */
export function windowOf(
  scrollTop: number,
  height: number,
  rowHeight: number,
  rows: number,
): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.min(rows, Math.floor(scrollTop / rowHeight)) - SPARE_ROWS);
  const end = Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + SPARE_ROWS);
  return { first, end: Math.max(first, end) };
}
