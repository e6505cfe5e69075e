/** Where a line and a column (both from 1) stand in a text. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split("\n");
  const before = lines.slice(0, Math.max(0, line - 1)).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + Math.max(0, column - 1));
}

/** The line, from 1, of an offset. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

const BEFORE = 50_000;
const BEHIND = 4000;

/** The part of a text around a letter that says what may stand there; skipped: how much of the text lies before it. */
export function excerpt(text: string, at: number): { text: string; at: number; skipped: number } {
  const skipped = at <= BEFORE ? 0 : text.indexOf("\n", at - BEFORE) + 1;
  return { text: text.slice(skipped, at + BEHIND), at: at - skipped, skipped };
}
