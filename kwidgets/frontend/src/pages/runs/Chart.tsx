// One metric of several runs over each other; under the pointer stand their values.
import { memo, type PointerEvent, type ReactNode, useMemo, useState } from "react";
import { numberText } from "../../shared/figures";
import { words } from "../../shared/words";
import { valueText } from "../train/metrics";
import type { Line } from "../train/shape";
import { nearest, pathOf, type Scale, scaleOf } from "./scale";

export interface RunLine extends Line {
  id: string;
  number: number;
  colour: number;
  /** Drawn stronger: the run that is looked at. */
  chosen: boolean;
}

const WIDTH = 400;
const HEIGHT = 150;
/** Values that are named under the pointer. */
const MOST_NAMED = 6;

interface Props {
  metric: string;
  lines: readonly RunLine[];
  log: boolean;
  tickText?: (value: number) => string;
  /** What stands at the right of the title. */
  children?: ReactNode;
}

export function Chart({ metric, lines, log, tickText = numberText, children }: Props) {
  const scale = useMemo(() => scaleOf(lines, log), [lines, log]);
  const [at, setAt] = useState<{ x: number; y: number } | null>(null);
  const title = words.runs.metric(metric);
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt({ x: (event.clientX - box.left) / box.width, y: 1 - (event.clientY - box.top) / box.height });
  };
  return (
    <figure className="kw-runs-chart" aria-label={words.runs.chart(title, lines.map(({ number }) => number))} data-testid={`kw-runs-chart-${metric}`}>
      <figcaption className="kw-row">
        <span className="kw-strong kw-ellipsis kw-grow" title={title}>
          {title}
        </span>
        {children}
      </figcaption>
      <div className="kw-runs-plot" onPointerMove={move} onPointerLeave={() => setAt(null)}>
        {scale !== null && (
          <>
            {scale.rows.map((tick) => (
              <span key={tick} className="kw-runs-y" style={{ bottom: `${100 * scale.y(tick)}%` }}>
                {tickText(tick)}
              </span>
            ))}
            <Lines lines={lines} scale={scale} />
            {scale.columns.map((tick) => (
              <span key={tick} className="kw-runs-x" style={{ insetInlineStart: `${100 * scale.x(tick)}%` }}>
                {numberText(tick)}
              </span>
            ))}
            {at !== null && <Under at={at} lines={lines} scale={scale} metric={metric} />}
          </>
        )}
      </div>
    </figure>
  );
}

/** Apart from what is under the pointer, so that two hundred lines are not drawn again with each move. */
const Lines = memo(function Lines({ lines, scale }: { lines: readonly RunLine[]; scale: Scale }) {
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {scale.rows.map((tick) => (
        <path key={tick} className="kw-runs-grid" d={`M0 ${(1 - scale.y(tick)) * HEIGHT}H${WIDTH}`} />
      ))}
      {lines.map((line) => (
        <path
          key={line.id} className={`kw-runs-line kw-run-${line.colour} ${line.chosen ? "kw-runs-chosen-line" : ""}`} d={pathOf(line, scale, WIDTH, HEIGHT)}
          data-run={line.number}
        />
      ))}
    </svg>
  );
});

/** A line at the nearest epoch, and the values of the runs that are nearest to the pointer there, the largest first. */
function Under({ at, lines, scale, metric }: { at: { x: number; y: number }; lines: readonly RunLine[]; scale: Scale; metric: string }) {
  const epoch = scale.start + at.x * (scale.end - scale.start);
  const here = lines.flatMap((line) => {
    const point = nearest(line, epoch);
    return point === undefined ? [] : [{ line, ...point }];
  });
  const [first] = [...here].sort((one, other) => Math.abs(one.x - epoch) - Math.abs(other.x - epoch));
  if (first === undefined) return null;
  const finite = here.filter(({ y }) => Number.isFinite(scale.y(y)));
  finite.sort((one, other) => Math.abs(scale.y(one.y) - at.y) - Math.abs(scale.y(other.y) - at.y));
  const named = finite.slice(0, MOST_NAMED).sort((one, other) => other.y - one.y);
  const x = scale.x(first.x);
  return (
    <>
      <i className="kw-runs-cursor" style={{ left: `${100 * x}%` }} />
      {named.map(({ line, x: epochs, y }) => (
        <i key={line.id} className={`kw-runs-dot kw-run-${line.colour}`} style={{ left: `${100 * scale.x(epochs)}%`, bottom: `${100 * scale.y(y)}%` }} />
      ))}
      <div className="kw-popup kw-runs-under" style={x < 0.55 ? { left: `calc(${100 * x}% + 10px)` } : { right: `calc(${100 * (1 - x)}% + 10px)` }} data-testid="kw-runs-under">
        <span className="kw-soft">{words.runs.atEpoch(numberText(first.x))}</span>
        {named.map(({ line, y }) => (
          <span key={line.id} className="kw-runs-under-line">
            <i className={`kw-runs-key kw-run-${line.colour}`} />
            <span>{line.number}</span>
            <b>{valueText(metric, y)}</b>
          </span>
        ))}
        {finite.length > named.length && <span className="kw-soft">{words.runs.moreLines(finite.length - named.length)}</span>}
      </div>
    </>
  );
}
