// Marks on a chart: upright lines where something happened, with a word where there is room for it.
import type uPlot from "uplot";
import type { Mark } from "../../shared/messages";
import { beside, clearPlace, type Piece, type Rect } from "./labelPlace";

/** A divergence of any kind has one colour and a cross at its foot; its word says which it is. */
type Look = "rate" | "change" | "stop" | "best" | "trouble";
export type MarkColours = Readonly<Record<Look, string>>;

const lookOf = ({ kind }: Mark): Look => (kind === "rate" || kind === "change" || kind === "stop" || kind === "best" ? kind : "trouble");
export const isTrouble = (mark: Mark): boolean => lookOf(mark) === "trouble";

/** The mark that is meant at `x`: the nearest within reach, a divergence before others. */
export function markAt(marks: readonly Mark[], x: number, reach: number): Mark | null {
  const near = marks.filter((mark) => Math.abs(mark.x - x) <= reach);
  const order = (mark: Mark) => Math.abs(mark.x - x) - (isTrouble(mark) ? reach : 0);
  return near.sort((one, other) => order(one) - order(other))[0] ?? null;
}

export interface Paint {
  colours: MarkColours;
  font: string;
  marks: readonly Mark[];
}

const GAP = 4;
/** Of a line of letters, to their size. */
const LINE = 1.2;

/** Draw `paint.marks` onto the chart; words keep clear of the curves, and of each other: the later one is left out. */
export function paintMarks(plot: uPlot, { colours, font, marks }: Paint): void {
  const { ctx, bbox } = plot;
  const scale = window.devicePixelRatio;
  const shown = marks.filter((mark) => mark.x >= (plot.scales.x?.min ?? 0) && mark.x <= (plot.scales.x?.max ?? 0));
  ctx.save();
  ctx.font = font;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  ctx.lineWidth = scale;
  const upright = shown.map((mark): Piece => {
    const x = plot.valToPos(mark.x, "x", true);
    return [x, bbox.top, x, bbox.top + bbox.height];
  });
  const pieces = shown.length === 0 ? [] : [...curvesOf(plot), ...upright];
  const height = LINE * parseFloat(font);
  const chart = { left: bbox.left, top: bbox.top + 2 * scale, width: bbox.width, height: bbox.height - 2 * scale };
  const words: Rect[] = [];
  for (const mark of [...shown].sort((one, other) => one.x - other.x)) {
    const x = Math.round(plot.valToPos(mark.x, "x", true));
    ctx.strokeStyle = ctx.fillStyle = colours[lookOf(mark)];
    ctx.setLineDash([2 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (isTrouble(mark)) cross(ctx, x, bbox.top + bbox.height - 8 * scale, 4 * scale);
    const width = ctx.measureText(mark.text).width;
    const reach = GAP * scale + width;
    const near = pieces.filter(([x1, , x2]) => Math.max(x1, x2) >= x - reach && Math.min(x1, x2) <= x + reach);
    const place = clearPlace(beside(x, { width, height }, chart, GAP * scale), near, words);
    if (place === null) continue;
    ctx.fillText(mark.text, place.left, place.top);
    words.push(place);
  }
  ctx.restore();
}

/** The curves as they are drawn, in the screen's own dots. */
function curvesOf(plot: uPlot): Piece[] {
  const [xs = [], ...all] = plot.data;
  return all.flatMap((ys) => {
    const pieces: Piece[] = [];
    let before: [number, number] | null = null;
    ys.forEach((y, index) => {
      if (y == null) return;
      const here: [number, number] = [plot.valToPos(xs[index] ?? 0, "x", true), plot.valToPos(y, "y", true)];
      pieces.push([...(before ?? here), ...here]);
      before = here;
    });
    return pieces;
  });
}

function cross(ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void {
  ctx.setLineDash([]);
  ctx.lineWidth *= 2;
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
  ctx.lineWidth /= 2;
}
