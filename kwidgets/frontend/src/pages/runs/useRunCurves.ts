// The curves of the runs that are drawn: all that are missing in one question, and again those of runs that have gone on.
import { useEffect, useMemo, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { KeptRun } from "../../shared/messages";
import { baseOf } from "../train/metrics";
import { type CurvesOfRun, unpacked } from "./runCurves";

interface Known {
  epochs: number;
  curves: CurvesOfRun;
}

const NONE: CurvesOfRun = new Map();

/** Curves of the metrics by the ids of the runs, as far as they are there. */
export function useRunCurves(rows: readonly KeptRun[], metrics: readonly string[]): ReadonlyMap<string, CurvesOfRun> {
  const { askQuietly } = useAsk();
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(new Map());
  const names = [...new Set(metrics.map(baseOf))].join("/");
  const wanted = rows.filter(({ id, epochs }) => epochs > 0 && known.get(`${id} ${names}`)?.epochs !== epochs);
  const question = JSON.stringify({ runs: wanted.map(({ id }) => id), epochs: wanted.map(({ epochs }) => epochs), names: names.split("/") });
  useEffect(() => {
    const details = JSON.parse(question) as { runs: string[]; epochs: number[]; names: string[] };
    if (details.runs.length === 0) return;
    let mounted = true;
    void askQuietly("run_curves", details).then((reply) => {
      if (!mounted || isRefusal(reply)) return;
      const curves = unpacked(reply.curves, numbers(reply.buffers[0]), numbers(reply.buffers[1]));
      const found = details.runs.map((id, index) => [`${id} ${names}`, { epochs: details.epochs[index] ?? 0, curves: curves.get(id) ?? NONE }] as const);
      setKnown((before) => new Map([...before, ...found]));
    });
    return () => {
      mounted = false;
    };
  }, [askQuietly, names, question]);
  return useMemo(() => new Map([...known].filter(([key]) => key.endsWith(` ${names}`)).map(([key, { curves }]) => [key.slice(0, -names.length - 1), curves])), [known, names]);
}

function numbers(buffer: DataView | undefined): Float32Array {
  if (buffer === undefined) return new Float32Array();
  // A copy: the view may start at an offset that float32 arrays do not allow.
  return new Float32Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer);
}
