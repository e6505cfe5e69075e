// The list of all runs, asked for again while the page is open: other kernels add to it too.
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { type Connection, isRefusal } from "../../shared/connection";
import { useGraph, useShared, useTrait } from "../../shared/context";
import { type KeptRuns, KeptStore } from "./keptRuns";

/** From an answer to the next question, in ms. */
const PAUSE = 1500;

const stores = new WeakMap<Connection, KeptStore>();

export function useKeptStore(): KeptStore {
  return storeOf(useShared().connection);
}

function storeOf(connection: Connection): KeptStore {
  const store = stores.get(connection) ?? new KeptStore();
  stores.set(connection, store);
  return store;
}

/** The runs as they were known last; null before the Runs page was shown. */
export function useKnownRuns(): KeptRuns | null {
  const { connection } = useShared();
  const store = storeOf(connection);
  return useSyncExternalStore(store.subscribe, store.now);
}

/** The name under which the runs of what is on the canvas are kept: that of the document, of the model where it has none. */
export function useDocumentName(): string {
  const { head } = useGraph();
  return useTrait("saving").name ?? head.name;
}

export interface Kept {
  /** Null before the first answer. */
  runs: KeptRuns | null;
  /** Ask at once: something was changed from here. */
  again: () => void;
}

export function useKeptRuns(): Kept {
  const { connection } = useShared();
  const asking = useRef<() => void>(() => undefined);
  useEffect(() => {
    const store = storeOf(connection);
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
      void connection.ask("list_runs", { since: store.now()?.version ?? null }).then((reply) => {
        waits = false;
        if (!open) return;
        if (!isRefusal(reply)) store.take(reply);
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
  return { runs: useKnownRuns(), again: useCallback(() => asking.current(), []) };
}
