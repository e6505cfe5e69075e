// The curves of the runs that are drawn, asked for once each, and again when a run has gone on.
import { useEffect, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { RunRow } from "../../shared/messages";
import { Curves } from "../train/curves";

interface Kept {
  epochs: number;
  /** Null: they are not kept any more. */
  curves: Curves | null;
}

/** Curves by the ids of the runs, as far as they are there. */
export function useRunCurves(rows: readonly RunRow[]): ReadonlyMap<string, Kept> {
  const { askQuietly } = useAsk();
  const [kept, setKept] = useState<ReadonlyMap<string, Kept>>(new Map());
  const wanted = rows.filter(({ id, epochs }) => kept.get(id)?.epochs !== epochs).map(({ id, epochs }) => ({ id, epochs }));
  const question = JSON.stringify(wanted);
  useEffect(() => {
    let mounted = true;
    for (const { id, epochs } of JSON.parse(question) as { id: string; epochs: number }[]) {
      void askQuietly("run_points", { run: id }).then((reply) => {
        if (!mounted) return;
        const curves = isRefusal(reply) ? null : new Curves();
        if (!isRefusal(reply)) curves?.add(reply, reply.buffers);
        setKept((before) => new Map(before).set(id, { epochs, curves }));
      });
    }
    return () => {
      mounted = false;
    };
  }, [askQuietly, question]);
  return kept;
}
