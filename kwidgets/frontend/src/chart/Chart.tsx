// One metric over epochs: batches faint, training and validation as lines. Drawn by uPlot, outside of React's tree.
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Curves, Series } from "./curves";

const ORDER = ["batch", "train", "validation"];
const LABELS: Record<string, string> = { batch: "each batch", train: "training", validation: "validation" };
const HEIGHT = 190;

function colour(element: HTMLElement, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

function options(element: HTMLElement, name: string, phases: string[], width: number): uPlot.Options {
  const axis = { stroke: colour(element, "--kw-text"), grid: { stroke: colour(element, "--kw-grid"), width: 1 }, ticks: { stroke: colour(element, "--kw-grid"), width: 1 } };
  return {
    title: name,
    width,
    height: HEIGHT,
    legend: { live: true },
    cursor: { drag: { x: true, y: false }, points: { size: 6 } },
    scales: { x: { time: false } },
    axes: [{ ...axis, label: "epoch", labelSize: 18, size: 34 }, { ...axis, size: 56 }],
    series: [
      { label: "epoch", value: (_, v) => (v === null ? "–" : v.toFixed(2)) },
      ...phases.map((phase) => ({
        label: LABELS[phase] ?? phase,
        stroke: colour(element, `--kw-line-${phase}`),
        width: phase === "batch" ? 1 : 2,
        dash: phase === "validation" ? [6, 3] : undefined,
        points: { show: phase !== "batch", size: 5 },
        spanGaps: true,
        value: (_: uPlot, v: number | null) => (v === null ? "–" : v.toPrecision(4)),
      })),
    ],
  };
}

/** Series with x of their own as one table, as uPlot wants it. */
export function table(series: Series[]): uPlot.AlignedData {
  if (series.length === 0) return [[]];
  return uPlot.join(series.map((one) => [one.xs, one.ys] as uPlot.AlignedData));
}

export function Chart({ name, curves }: { name: string; curves: Curves }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    let plot: uPlot | null = null;
    let shown = "";
    let frame = 0;
    const draw = () => {
      frame = 0;
      const own = (curves.byName().get(name) ?? []).sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase));
      const phases = own.map((one) => one.phase);
      const width = element.clientWidth;
      if (width === 0) return;
      if (plot === null || shown !== phases.join()) {
        plot?.destroy();
        plot = new uPlot(options(element, name, phases, width), table(own), element);
        shown = phases.join();
      } else {
        if (plot.width !== width) plot.setSize({ width, height: HEIGHT });
        plot.setData(table(own));
      }
    };
    const soon = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const again = () => {
      shown = "";
      soon();
    };
    draw();
    const stop = curves.subscribe(soon);
    const resized = new ResizeObserver(soon);
    resized.observe(element);
    // JupyterLab changes its theme without reloading the page.
    const themed = new MutationObserver(again);
    themed.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
    return () => {
      stop();
      resized.disconnect();
      themed.disconnect();
      cancelAnimationFrame(frame);
      plot?.destroy();
    };
  }, [name, curves]);
  return <div className="kw-chart" ref={place} data-testid={`kw-chart-${name}`} role="img" aria-label={`Curve of ${name} over epochs`} />;
}
