// Where the titles of opened blocks stand, and which of them a point of the canvas lies on.
import type { Frame } from "../shared/messages";

/** A title row lies on its outline's upper edge, in canvas units. */
const INSET = 8;
const ABOVE = 10;
export const ROW_HEIGHT = 18;

export interface TitleRow {
  frame: Frame;
  /** Which rectangle of the frame it is, from 0. */
  number: number;
  x: number;
  y: number;
  width: number;
}

/** The title rows of all frames, those of outer frames first. */
export function titleRows(frames: readonly Frame[]): TitleRow[] {
  return frames.flatMap((frame) => {
    const boxes: (readonly number[])[] = [[frame.x, frame.y, frame.width], ...frame.more];
    return boxes.map(([x = 0, y = 0, width = 0], number) => ({ frame, number, x: x + INSET, y: y - ABOVE, width: width - 2 * INSET }));
  });
}

/** The frame whose title row holds a point, the innermost of several. */
export function titledAt(frames: readonly Frame[], at: { x: number; y: number }): Frame | null {
  const rows = titleRows(frames).filter(({ x, y, width }) => x <= at.x && at.x <= x + width && y <= at.y && at.y <= y + ROW_HEIGHT);
  return rows.at(-1)?.frame ?? null;
}
