// All points of a run on the browser's side; new pieces are appended, a new run starts afresh.
import type { PointsMessage } from "../shared/connection";

export interface Series {
  name: string;
  phase: string;
  xs: number[];
  ys: number[];
}

export class Curves {
  readonly series = new Map<string, Series>();
  version = 0;
  private run: PointsMessage["run"] = null;
  private readonly listeners = new Set<() => void>();

  add(message: PointsMessage, buffers: DataView[]): void {
    if (message.run !== this.run) {
      this.series.clear();
      this.run = message.run;
    }
    message.series.forEach((piece, index) => {
      const key = `${piece.name}/${piece.phase}`;
      const known = this.series.get(key) ?? { name: piece.name, phase: piece.phase, xs: [], ys: [] };
      known.xs.length = Math.min(known.xs.length, piece.start);
      known.ys.length = known.xs.length;
      known.xs.push(...numbers(buffers[2 * index]));
      known.ys.push(...numbers(buffers[2 * index + 1]));
      this.series.set(key, known);
    });
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Names in order of first appearance, each with its series. */
  byName(): Map<string, Series[]> {
    const groups = new Map<string, Series[]>();
    for (const series of this.series.values()) groups.set(series.name, [...(groups.get(series.name) ?? []), series]);
    return groups;
  }
}

function numbers(buffer: DataView | undefined): Float32Array {
  if (buffer === undefined) return new Float32Array();
  // A copy: the view may start at an offset that float32 arrays do not allow.
  return new Float32Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer);
}
