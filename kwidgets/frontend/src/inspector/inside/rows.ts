// Samples as a person writes them: "0-9, 12".
const MOST = 256;

/** The rows that a text names, each once; null where it names none, or one that is not there. */
export function rowsFrom(text: string, count: number): number[] | null {
  const rows = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,12})\s*(?:[-–]\s*(\d{1,12})\s*)?$/.exec(part);
    if (match === null) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || last >= count || last - first >= MOST) return null;
    for (let row = first; row <= last; row += 1) rows.add(row);
  }
  return rows.size === 0 || rows.size > MOST ? null : [...rows];
}
