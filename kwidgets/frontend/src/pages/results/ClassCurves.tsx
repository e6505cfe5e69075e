// ROC, and precision over recall, of one class against all others.
import { useId, useState } from "react";
import { numberText } from "../../shared/figures";
import type { Point, ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { How } from "./How";
import { lineOf } from "./shapes";
import { useAsked } from "./useAsked";

export function ClassCurves({ answer }: { answer: ResultsAnswer }) {
  const { of, output, stamp, outputs } = answer;
  const id = useId();
  const classes = outputs.find(({ name }) => name === output)?.classes ?? [];
  // Of two classes the second is the one that is looked for.
  const [one, setOne] = useState(classes.length === 2 ? 1 : 0);
  const { answer: found } = useAsked("result_view", { of, output, view: "curves", one, stamp }, `${of} ${output} ${one}`);
  const { results } = words;
  const curves = found?.curves ?? null;
  return (
    <div className="kw-stack kw-results-charts">
      <div className="kw-row">
        <label htmlFor={id}>{results.ofClass}</label>
        <select id={id} className="kw-select kw-results-select" value={one} data-testid="kw-results-class" onChange={(event) => setOne(Number(event.target.value))}>
          {classes.map((name, index) => (
            <option key={index} value={index}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {curves?.says !== null && curves?.says !== undefined && <p className="kw-box kw-box-warn kw-second" role="status">{curves.says}</p>}
      <div className="kw-row kw-wrap">
        {curves?.roc != null && <UnitChart points={curves.roc} title={results.roc} below={results.area(numberText(curves.area))} across={results.falseRate} up={results.trueRate} diagonal />}
        {curves?.precision_recall != null && (
          <UnitChart points={curves.precision_recall} title={results.precisionRecall} below={results.average(numberText(curves.average))} across={results.recall} up={results.precision} />
        )}
      </div>
      <How text={found?.how} />
    </div>
  );
}

const BOX = { width: 240, height: 200 };

interface ChartProps {
  points: readonly Point[];
  title: string;
  below: string;
  across: string;
  up: string;
  diagonal?: boolean;
}

function UnitChart({ points, title, below, across, up, diagonal = false }: ChartProps) {
  return (
    <figure className="kw-unit-chart">
      <figcaption>
        <b className="kw-strong">{title}</b> <span className="kw-soft">{below}</span>
      </figcaption>
      <svg viewBox={`-30 -6 ${BOX.width + 40} ${BOX.height + 34}`} role="img" aria-label={`${title}, ${below}`}>
        <Axes across={across} up={up} ends={["0", "1", "0", "1"]} />
        {diagonal && <line className="kw-chart-rule" x1={0} y1={BOX.height} x2={BOX.width} y2={0} />}
        <polyline className="kw-chart-line" points={lineOf(points, BOX)} />
      </svg>
    </figure>
  );
}

/** The frame of a chart in a box of 240 x 200, with the ends of both axes. */
export function Axes({ across, up, ends: [left, right, low, high] }: { across: string; up: string; ends: readonly [string, string, string, string] }) {
  const { width, height } = BOX;
  return (
    <g className="kw-chart-axes" aria-hidden="true">
      <polyline points={`0,0 0,${height} ${width},${height}`} />
      <text x={0} y={height + 14}>{left}</text>
      <text x={width} y={height + 14} textAnchor="end">{right}</text>
      <text x={width / 2} y={height + 25} textAnchor="middle">{across}</text>
      <text x={-5} y={height} textAnchor="end">{low}</text>
      <text x={-5} y={9} textAnchor="end">{high}</text>
      <text x={-18} y={height / 2} textAnchor="middle" transform={`rotate(-90 -18 ${height / 2})`}>{up}</text>
    </g>
  );
}

export { BOX as CHART_BOX };
