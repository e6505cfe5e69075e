// All points of a run on the browser's side; new pieces are appended, a new run starts afresh.
import type { Phase, Points } from "../../shared/messages";

export interface Series {
  name: string;
  phase: Phase;
  xs: number[];
  ys: number[];
}

export class Curves {
  readonly series = new Map<string, Series>();
  /** Grows with every change. */
  version = 0;
  private run: Points["run"] = null;
  private readonly listeners = new Set<() => void>();

  add(message: Points, buffers: readonly DataView[]): void {
    if (message.run !== this.run) {
      this.series.clear();
      this.run = message.run;
    }
    for (const { key, series, start, xs, ys } of pieces(message, buffers)) {
      const known = this.series.get(key) ?? series;
      known.xs.length = Math.min(known.xs.length, start);
      known.ys.length = known.xs.length;
      append(known.xs, xs);
      append(known.ys, ys);
      this.series.set(key, known);
    }
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): number => this.version;

  /** Names of the metrics in order of first appearance. */
  names(): string[] {
    return [...new Set([...this.series.values()].map((one) => one.name))];
  }

  get(name: string, phase: Phase): Series | undefined {
    return this.series.get(`${name}/${phase}`);
  }

  /** The last x of all points, in epochs. */
  end(): number {
    let end = 0;
    for (const { xs } of this.series.values()) end = Math.max(end, xs[xs.length - 1] ?? 0);
    return end;
  }

  points(): number {
    let sum = 0;
    for (const { xs } of this.series.values()) sum += xs.length;
    return sum;
  }
}

interface Piece {
  key: string;
  series: Series;
  start: number;
  xs: Float32Array;
  ys: Float32Array;
}

function pieces(message: Points, buffers: readonly DataView[]): Piece[] {
  return message.series.map(({ name, phase, start }, index) => ({
    key: `${name}/${phase}`,
    series: { name, phase, xs: [], ys: [] },
    start,
    xs: numbers(buffers[2 * index]),
    ys: numbers(buffers[2 * index + 1]),
  }));
}

function append(to: number[], values: Float32Array): void {
  for (const value of values) to.push(value);
}

function numbers(buffer: DataView | undefined): Float32Array {
  if (buffer === undefined) return new Float32Array();
  // A copy: the view may start at an offset that float32 arrays do not allow.
  return new Float32Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer);
}
