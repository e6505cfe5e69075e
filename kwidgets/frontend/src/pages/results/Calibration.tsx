// Whether the model is right as often as it says.
import { shareText } from "../../shared/figures";
import type { ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { Axes, CHART_BOX as BOX } from "./ClassCurves";
import { How } from "./How";
import { useAsked } from "./useAsked";

export function Calibration({ answer }: { answer: ResultsAnswer }) {
  const { of, output, stamp } = answer;
  const { answer: found } = useAsked("result_view", { of, output, view: "calibration", stamp }, `${of} ${output}`);
  const { results } = words;
  const bins = found?.calibration?.bins ?? [];
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return (
    <figure className="kw-unit-chart kw-results-charts">
      <figcaption>
        <b className="kw-strong">{results.views.calibration}</b>
      </figcaption>
      <svg viewBox={`-30 -6 ${BOX.width + 40} ${BOX.height + 34}`} role="group" aria-label={results.views.calibration}>
        <Axes across={results.stated} up={results.cameTrue} ends={["0", "1", "0", "1"]} />
        <line className="kw-chart-rule" x1={0} y1={BOX.height} x2={BOX.width} y2={0} />
        {bins.map(({ low, high, count, stated, right }) => {
          const says = right === null ? results.noBin(shareText(low), shareText(high)) : results.bin(shareText(low), shareText(high), count, shareText(right));
          const size = (right ?? 0) * BOX.height;
          return (
            <g key={low} role="img" aria-label={says}>
              <title>{says}</title>
              <rect className="kw-chart-bar" x={low * BOX.width + 1} y={BOX.height - size} width={(high - low) * BOX.width - 2} height={size} opacity={0.35 + 0.6 * (count / most)} />
              {right !== null && <circle className="kw-chart-dot" cx={(stated ?? 0) * BOX.width} cy={BOX.height - right * BOX.height} r={3} />}
            </g>
          );
        })}
      </svg>
      <How text={found?.how} />
    </figure>
  );
}
