// Marks on a chart: upright lines where something happened, with a word where there is room for it.
import type uPlot from "uplot";
import type { Mark } from "../../shared/messages";

export interface Paint {
  colours: Readonly<Record<Mark["kind"], string>>;
  font: string;
  marks: readonly Mark[];
}

const GAP = 4;

/** Draw `paint.marks` onto the chart; `x` positions of words never overlap, the later one is left out. */
export function paintMarks(plot: uPlot, { colours, font, marks }: Paint): void {
  const { ctx, bbox } = plot;
  const scale = window.devicePixelRatio;
  const shown = marks.filter((mark) => mark.x >= (plot.scales.x?.min ?? 0) && mark.x <= (plot.scales.x?.max ?? 0));
  ctx.save();
  ctx.font = font;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  ctx.lineWidth = scale;
  let free = bbox.left;
  for (const mark of [...shown].sort((one, other) => one.x - other.x)) {
    const x = Math.round(plot.valToPos(mark.x, "x", true));
    ctx.strokeStyle = ctx.fillStyle = colours[mark.kind];
    ctx.setLineDash([2 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (mark.kind === "nan") cross(ctx, x, bbox.top + bbox.height - 8 * scale, 4 * scale);
    const width = ctx.measureText(mark.text).width;
    const left = x + GAP * scale + width > bbox.left + bbox.width ? x - GAP * scale - width : x + GAP * scale;
    if (left >= free) {
      ctx.fillText(mark.text, left, bbox.top + 2 * scale);
      free = Math.max(x, left + width) + GAP * scale;
    }
  }
  ctx.restore();
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
