// How a chart of one metric is set up for uPlot: axes, lines and colours of the present theme.
import type uPlot from "uplot";
import type { Drawn, Role } from "./lines";
import type { MarkColours } from "./markPainter";
import { isShare } from "./metrics";

export interface Theme {
  text: string;
  soft: string;
  grid: string;
  font: string;
  lines: Readonly<Record<Role, string>>;
  marks: MarkColours;
}

export function themeOf(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--kw-${name}`).trim();
  const faint = (name: string) => `color-mix(in srgb, ${colour(name)} 35%, transparent)`;
  return {
    text: colour("text"),
    soft: colour("soft"),
    grid: colour("grid"),
    font: `11px ${style.fontFamily}`,
    lines: {
      batch: colour("raw"), train: colour("train"), validation: colour("validation"),
      "faint-train": faint("train"), "faint-validation": faint("validation"), earlier: colour("wire"),
    },
    marks: { rate: colour("soft"), change: colour("soft"), stop: colour("soft"), best: colour("ok"), trouble: colour("wrong") },
  };
}

export interface Hooks {
  zoom: (from: number, to: number) => void;
  unzoom: () => void;
  /** reach: how far around the pointer a mark is meant, in epochs. */
  over: (x: number | null, reach: number) => void;
  paint: (plot: uPlot) => void;
}

const LOGARITHMIC = 3;
const LINEAR = 1;

const DASHES: Partial<Record<Role, number[]>> = { validation: [6, 3], "faint-validation": [3, 3] };
const WIDTHS: Partial<Record<Role, number>> = { train: 2, validation: 2, earlier: 1.5 };

export interface Setup {
  name: string;
  lines: readonly Drawn[];
  log: boolean;
  width: number;
  height: number;
  theme: Theme;
  /** Charts with the same key share the pointer. */
  group: string;
}

/** What must be set up anew when it changes. */
export function keyOf(lines: readonly Drawn[], log: boolean): string {
  return `${lines.map((line) => `${line.role}${line.points ? "." : ""}`).join()}${log ? " log" : ""}`;
}

export function optionsOf({ name, lines, log, width, height, theme, group }: Setup, hooks: Hooks): uPlot.Options {
  const axis: uPlot.Axis = { stroke: theme.soft, font: theme.font, grid: { stroke: theme.grid, width: 1 }, ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      y: false,
      points: { show: false },
      sync: { key: group, setSeries: false },
      bind: { dblclick: () => () => (hooks.unzoom(), null) },
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the types name it by an enum that is not there when the page runs
    scales: { x: { time: false, auto: false }, y: { auto: false, distr: log ? LOGARITHMIC : LINEAR } },
    axes: [
      { ...axis, size: 24, gap: 4, space: 44, incrs: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] },
      { ...axis, size: 48, gap: 4, space: 36, values: (_, ticks) => ticks.map((tick) => tickText(name, tick)) },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, theme))],
    hooks: {
      setSelect: [(plot) => selected(plot, hooks)],
      setCursor: [(plot) => pointed(plot, hooks)],
      draw: [hooks.paint],
    },
  };
}

function seriesOf({ role, points }: Drawn, theme: Theme): uPlot.Series {
  const stroke = theme.lines[role];
  return { stroke, width: WIDTHS[role] ?? 1, dash: DASHES[role], spanGaps: true, points: { show: points, size: 5, stroke, fill: stroke } };
}

/** How far from a mark the pointer may be to mean it, in px. */
const REACH = 6;

function pointed(plot: uPlot, hooks: Hooks): void {
  const { left } = plot.cursor;
  if (left === undefined || left < 0) return hooks.over(null, 0);
  const x = plot.posToVal(left, "x");
  hooks.over(x, plot.posToVal(left + REACH, "x") - x);
}

function selected(plot: uPlot, hooks: Hooks): void {
  const { left, width } = plot.select;
  if (width < 4) return;
  hooks.zoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function tickText(name: string, tick: number | null): string {
  if (tick === null) return "";
  if (isShare(name)) return `${Number((100 * tick).toPrecision(3))} %`;
  if (tick !== 0 && (Math.abs(tick) < 1e-3 || Math.abs(tick) >= 1e5)) return Number(tick.toPrecision(3)).toExponential().replace("+", "");
  return String(Number(tick.toPrecision(4)));
}
