// One metric of several runs over each other.
import { numberText } from "../../shared/figures";
import { words } from "../../shared/words";
import type { Line } from "../train/shape";
import { rangeOf } from "../train/shape";
import { ticksOf } from "./ticks";

export interface RunLine extends Line {
  id: string;
  number: number;
  colour: number;
  chosen: boolean;
}

const WIDTH = 400;
const HEIGHT = 150;

export function Chart({ title, lines, tickText = numberText }: { title: string; lines: readonly RunLine[]; tickText?: (value: number) => string }) {
  const range = rangeOf(lines);
  const end = Math.max(1, ...lines.map(({ xs }) => xs[xs.length - 1] ?? 0));
  if (range === null) return null;
  const room = 0.05 * (range.high - range.low || Math.abs(range.high) || 1);
  const low = range.low >= 0 && range.low < 0.3 * range.high ? 0 : range.low - room;
  const high = range.high + room;
  const x = (epoch: number) => (epoch / end) * WIDTH;
  const y = (value: number) => HEIGHT - ((value - low) / (high - low)) * HEIGHT;
  const rows = ticksOf(low, high, 4);
  return (
    <figure className="kw-runs-chart" aria-label={words.runs.chart(title, lines.map(({ number }) => number))}>
      <figcaption className="kw-strong">{title}</figcaption>
      <div className="kw-runs-plot">
        {rows.map((tick) => (
          <span key={tick} className="kw-runs-y" style={{ bottom: `${(100 * (tick - low)) / (high - low)}%` }}>
            {tickText(tick)}
          </span>
        ))}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {rows.map((tick) => (
            <path key={tick} className="kw-runs-grid" d={`M0 ${y(tick)}H${WIDTH}`} />
          ))}
          {lines.map((line) => (
            <path key={line.id} className={`kw-runs-line kw-run-${line.colour} ${line.chosen ? "kw-runs-chosen-line" : ""}`} d={pathOf(line, x, y)} />
          ))}
        </svg>
        {ticksOf(0, end, 5).map((tick) => (
          <span key={tick} className="kw-runs-x" style={{ insetInlineStart: `${(100 * tick) / end}%` }}>
            {numberText(tick)}
          </span>
        ))}
      </div>
    </figure>
  );
}

/** A way through the points, with gaps where a value is no number; a single point is a short dash. */
function pathOf({ xs, ys }: Line, x: (epoch: number) => number, y: (value: number) => number): string {
  let pen = false;
  let path = "";
  xs.forEach((epoch, index) => {
    const value = ys[index];
    if (value === undefined || !Number.isFinite(value)) pen = false;
    else {
      path += `${pen ? "L" : "M"}${x(epoch).toFixed(1)} ${y(value).toFixed(1)}`;
      if (!pen) path += "h0.1";
      pen = true;
    }
  });
  return path;
}
