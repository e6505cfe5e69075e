// Keeps one uPlot chart in step with the curves, the view, the theme and its place. Drawn outside of React's tree.
import { type RefObject, useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Mark } from "../../shared/messages";
import { keyOf, optionsOf, type Theme, themeOf } from "./chartOptions";
import type { ChartView } from "./chartView";
import type { Curves } from "./curves";
import { type Drawn, linesOf } from "./lines";
import { paintMarks } from "./markPainter";
import { isShare } from "./metrics";
import { aligned, type Range, rangeOf, roundEnd } from "./shape";
import { whenThemeChanges } from "./whenThemeChanges";

export interface ChartInput {
  name: string;
  curves: Curves;
  view: ChartView;
  group: string;
  /** Change while the chart stays. */
  planned: number;
  marks: readonly Mark[];
  earlier: readonly Curves[];
  /** Told where the pointer is, in epochs, and how far around it a mark is meant; null: nowhere. */
  over: (x: number | null, reach: number) => void;
  /** Told after drawing how far values lie above the range; null: none does. */
  above: (value: number | null) => void;
}

export const HEIGHT = 206;

/** One chart and what it was last set up for. */
class Chart {
  private plot: uPlot | null = null;
  private key = "";
  private theme: Theme;

  constructor(
    private readonly element: HTMLElement,
    private readonly input: () => ChartInput,
  ) {
    this.theme = themeOf(element);
  }

  /** Draw the present state; nothing while the place has no width. */
  draw(): void {
    const width = this.element.clientWidth;
    if (width === 0) return;
    const input = this.input();
    const { smoothing, log, whole, zoom } = input.view.get();
    const lines = linesOf(input.curves, input.name, smoothing, input.earlier);
    const end = roundEnd(input.curves.end(), input.planned);
    const { from, to } = zoom ?? { from: 0, to: end };
    const range = rangeOf(zoom === null ? lines : lines.map((line) => between(line, from, to)), whole || zoom !== null);
    const logarithmic = log && !isShare(input.name);
    this.setUp(lines, logarithmic, width);
    const plot = this.plot;
    if (plot === null) return;
    plot.batch(() => {
      plot.setData(aligned(lines) as uPlot.AlignedData, false);
      plot.setScale("x", { min: from, max: to });
      plot.setScale("y", heightOf(input.name, range, logarithmic, lines));
    });
    input.above(range?.above ?? null);
  }

  themed(): void {
    this.theme = themeOf(this.element);
    this.key = "";
    this.draw();
  }

  destroy(): void {
    this.plot?.destroy();
  }

  private setUp(lines: readonly Drawn[], log: boolean, width: number): void {
    const key = keyOf(lines, log);
    if (this.plot !== null && this.key === key) {
      if (this.plot.width !== width) this.plot.setSize({ width, height: HEIGHT });
      return;
    }
    this.plot?.destroy();
    this.key = key;
    const { name, group, view } = this.input();
    const hooks = {
      zoom: (from: number, to: number) => view.set({ zoom: { from, to } }),
      unzoom: () => view.set({ zoom: null }),
      over: (x: number | null, reach: number) => this.input().over(x, reach),
      paint: (plot: uPlot) => paintMarks(plot, { colours: this.theme.marks, font: scaled(this.theme.font), marks: this.input().marks }),
    };
    this.plot = new uPlot(optionsOf({ name, lines, log, width, height: HEIGHT, theme: this.theme, group }, hooks), [[]], this.element);
  }
}

/** Canvas letters are measured in the screen's own dots. */
function scaled(font: string): string {
  return font.replace(/^([\d.]+)px/, (_, size: string) => `${Number(size) * window.devicePixelRatio}px`);
}

function between(line: Drawn, from: number, to: number): Drawn {
  const inside = line.xs.flatMap((x, index) => (x >= from && x <= to ? [index] : []));
  return { ...line, xs: inside.map((index) => line.xs[index] as number), ys: inside.map((index) => line.ys[index] as number) };
}

function heightOf(name: string, range: Range | null, log: boolean, lines: readonly Drawn[]): { min: number; max: number } {
  if (range === null) return { min: 0, max: 1 };
  const { low, high } = range;
  if (log) {
    const least = roundBelow(Math.max(low, leastPositive(lines)));
    return { min: least, max: Math.max(high * 1.1, least * 10) };
  }
  const room = 0.06 * (high - low || Math.abs(high) || 1);
  if (isShare(name) && low >= 0 && high <= 1) return { min: Math.max(0, low - room), max: Math.min(1, high + room) };
  return { min: low >= 0 && low < 0.3 * high ? 0 : low - room, max: high + room };
}

/** 1, 2 or 5 times a power of ten, at most `value`. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([5, 2].find((one) => one * power <= value) ?? 1) * power;
}

function leastPositive(lines: readonly Drawn[]): number {
  let least = Infinity;
  for (const { ys } of lines) for (const y of ys) if (y > 0 && y < least) least = y;
  return least === Infinity ? 1e-9 : least;
}

/** A chart in the element of the given ref; it draws when something changes, and only while it can be seen. */
export function useChart(place: RefObject<HTMLElement | null>, input: ChartInput): void {
  const latest = useRef(input);
  const redraw = useRef<() => void>(() => undefined);
  useEffect(() => {
    latest.current = input;
    redraw.current();
  });
  const { curves, view } = input;
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const chart = new Chart(element, () => latest.current);
    let frame = 0;
    let seen = true;
    let due = true;
    const draw = () => {
      frame = 0;
      due = !seen || element.clientWidth === 0;
      if (!due) chart.draw();
    };
    const soon = () => {
      due = true;
      if (frame === 0 && seen) frame = requestAnimationFrame(draw);
    };
    redraw.current = soon;
    soon();
    const sight = new IntersectionObserver((entries) => {
      seen = entries[entries.length - 1]?.isIntersecting ?? true;
      if (seen && due) soon();
    });
    sight.observe(element);
    const size = new ResizeObserver(soon);
    size.observe(element);
    const ends = [curves.subscribe(soon), view.subscribe(soon), whenThemeChanges(() => chart.themed())];
    return () => {
      sight.disconnect();
      size.disconnect();
      for (const end of ends) end();
      cancelAnimationFrame(frame);
      redraw.current = () => undefined;
      chart.destroy();
    };
  }, [place, curves, view]);
}
