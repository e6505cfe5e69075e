// One metric over epochs: title, what the lines are with their values under the pointer, the chart, a note on outliers.
import { useCallback, useRef, useState } from "react";
import type { Phase } from "../../shared/messages";
import { words } from "../../shared/words";
import type { Curves } from "./curves";
import { isTrouble, markAt } from "./markPainter";
import { valueText } from "./metrics";
import { ofEpoch } from "./shape";
import { type ChartInput, HEIGHT, useChart } from "./useChart";

type ChartProps = Omit<ChartInput, "over" | "above">;

const PHASES: readonly Phase[] = ["train", "validation", "batch"];

export function Chart(props: ChartProps) {
  const { name, curves, view, marks } = props;
  const place = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLSpanElement>(null);
  const [above, setAbove] = useState<number | null>(null);
  const over = useCallback(
    (x: number | null, reach: number) => {
      const mark = x === null ? null : markAt(marks, x, reach);
      write(readout.current, { curves, name, x, mark: mark?.text ?? null });
      if (place.current !== null) place.current.title = mark?.says ?? words.train.zoomHelp;
    },
    [curves, marks, name],
  );
  useChart(place, { ...props, over, above: setAbove });
  const title = words.train.base(name);
  return (
    <figure className="kw-chart" data-testid={`kw-chart-${name}`}>
      <figcaption className="kw-chart-head">
        <h3>{title}</h3>
        <span ref={readout} className="kw-chart-legend">
          <span className="kw-chart-at" data-at="" />
          {PHASES.filter((phase) => phase === "train" || curves.get(name, phase) !== undefined).map((phase) => (
            <span key={phase} className={`kw-chart-phase kw-chart-${phase}`}>
              {words.train.phases[phase]} <b data-phase={phase} />
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} className="kw-chart-place" style={{ minHeight: HEIGHT }} role="img" aria-label={words.train.chart(title, marks.filter(isTrouble).map(({ says }) => says))} title={words.train.zoomHelp} />
      {above !== null && (
        <p className="kw-chart-note">
          {words.train.firstAbove(valueText(name, above))}{" "}
          <button type="button" className="kw-link-button" onClick={() => view.set({ whole: true })}>
            {words.train.wholeRange}
          </button>
        </p>
      )}
    </figure>
  );
}

/** The values under the pointer, written past React: they change with every move of the mouse. */
function write(element: HTMLElement | null, { curves, name, x, mark }: { curves: Curves; name: string; x: number | null; mark: string | null }): void {
  if (element === null) return;
  const epoch = x === null ? null : Math.max(1, Math.ceil(x));
  const at = element.querySelector("[data-at]");
  if (at !== null) at.textContent = epoch === null ? "" : words.train.at(String(epoch), mark);
  for (const value of element.querySelectorAll<HTMLElement>("[data-phase]")) {
    const phase = value.dataset.phase as Phase;
    const found = x === null ? undefined : ofEpoch(curves.get(name, phase), phase === "batch" ? x : Math.ceil(x));
    value.textContent = found === undefined ? "" : Number.isFinite(found) ? valueText(name, found) : words.train.notANumber;
  }
}
