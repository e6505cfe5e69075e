// The list of all runs, asked for again while the page is open: other kernels add to it too.
import { useCallback, useEffect, useRef, useState } from "react";
import { type Connection, isRefusal } from "../../shared/connection";
import { useShared } from "../../shared/context";
import { type KeptRuns, merged } from "./keptRuns";

/** From an answer to the next question, in ms. */
const PAUSE = 1500;

/** What was known when the page was left, so that it stands at once when it is shown again. */
const remembered = new WeakMap<Connection, KeptRuns>();

export interface Kept {
  /** Null before the first answer. */
  runs: KeptRuns | null;
  /** Ask at once: something was changed from here. */
  again: () => void;
}

export function useKeptRuns(): Kept {
  const { connection } = useShared();
  const [runs, setRuns] = useState(() => remembered.get(connection) ?? null);
  const asking = useRef<() => void>(() => undefined);
  useEffect(() => {
    let open = true;
    let waits = false;
    let soon = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      clearTimeout(timer);
      // One question at a time: a kernel that is busy must not find a heap of them.
      if (waits) {
        soon = true;
        return;
      }
      waits = true;
      void connection.ask("list_runs", { since: remembered.get(connection)?.version ?? null }).then((reply) => {
        waits = false;
        if (!open) return;
        if (!isRefusal(reply)) {
          const now = merged(remembered.get(connection) ?? null, reply);
          remembered.set(connection, now);
          setRuns(now);
        }
        timer = setTimeout(ask, soon ? 0 : PAUSE);
        soon = false;
      });
    };
    asking.current = ask;
    ask();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [connection]);
  return { runs, again: useCallback(() => asking.current(), []) };
}
