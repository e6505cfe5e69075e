// Predicted over true amounts with the interval around them, and how the residuals lie.
import { type MouseEvent, useMemo } from "react";
import { numberText, shareText } from "../../shared/figures";
import type { ResidualsView, ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { Axes, CHART_BOX as BOX } from "./ClassCurves";
import { How } from "./How";
import type { Group } from "./SampleList";
import { endsOf, nearest, placed } from "./shapes";
import { useAsked } from "./useAsked";

/** How far from a point a press still means it. */
const REACH = 8;

export function Residuals({ answer, show }: { answer: ResultsAnswer; show: (group: Group) => void }) {
  const { of, output, stamp } = answer;
  const { answer: found } = useAsked("result_view", { of, output, view: "residuals", stamp }, `${of} ${output}`);
  const { results } = words;
  const view = found?.residuals ?? null;
  if (view === null) return <div className="kw-results-charts" />;
  return (
    <div className="kw-stack kw-results-charts">
      <Scatter view={view} show={show} />
      {view.interval !== null && <p className="kw-soft kw-second">{results.within(shareText(view.level))}</p>}
      {view.rows.length > 0 && <p className="kw-soft kw-second">{results.choosePoint}</p>}
      {view.histogram.length > 0 && <Histogram view={view} />}
      <How text={found?.how} />
    </div>
  );
}

function Scatter({ view, show }: { view: ResidualsView; show: (group: Group) => void }) {
  const { results } = words;
  const ends = useMemo(() => endsOf(view.points.flat()), [view.points]);
  const points = useMemo(() => view.points.map((point) => placed(point, ends, ends, BOX)), [view.points, ends]);
  const press = (event: MouseEvent<SVGSVGElement>) => {
    const matrix = event.currentTarget.getScreenCTM();
    if (matrix === null || view.rows.length === 0) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const row = view.rows[nearest(points, [x, y], REACH) ?? -1];
    if (row !== undefined) show({ group: "near", rows: [row] });
  };
  const [low, high] = ends;
  const band = view.interval;
  const corner = (x: number, y: number) => placed([x, y], ends, ends, BOX).join(",");
  return (
    <figure className="kw-unit-chart">
      <figcaption className="kw-strong">{results.scatter}</figcaption>
      <svg className="kw-scatter" viewBox={`-30 -6 ${BOX.width + 40} ${BOX.height + 34}`} role="img" aria-label={results.scatter} data-testid="kw-scatter" onClick={press}>
        <Axes across={results.trueAmount} up={results.predictedAmount} ends={[numberText(low), numberText(high), numberText(low), numberText(high)]} />
        {/* The truth lies between prediction + low and prediction + high: the prediction between truth - high and truth - low. */}
        {band !== null && (
          <svg className="kw-chart-cut" width={BOX.width} height={BOX.height}>
            <polygon className="kw-chart-band" points={[corner(low, low - (band[1] ?? 0)), corner(high, high - (band[1] ?? 0)), corner(high, high - (band[0] ?? 0)), corner(low, low - (band[0] ?? 0))].join(" ")} />
          </svg>
        )}
        <line className="kw-chart-rule" x1={0} y1={BOX.height} x2={BOX.width} y2={0} />
        {points.map(([x, y], index) => <circle key={index} className="kw-chart-point" cx={x} cy={y} r={2} />)}
      </svg>
    </figure>
  );
}

function Histogram({ view }: { view: ResidualsView }) {
  const most = Math.max(1, ...view.histogram);
  return (
    <figure className="kw-unit-chart">
      <figcaption className="kw-strong">{words.results.histogram}</figcaption>
      <div className="kw-histogram-bars" role="img" aria-label={`${words.results.histogram}, ${numberText(view.low)} … ${numberText(view.high)}`}>
        {view.histogram.map((count, index) => <i key={index} style={{ height: `${(100 * count) / most}%` }} />)}
      </div>
      <div className="kw-histogram-ends">
        <span>{numberText(view.low)}</span>
        <span>{numberText(view.high)}</span>
      </div>
    </figure>
  );
}
