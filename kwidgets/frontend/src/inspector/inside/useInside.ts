// What is looked at, kept while the builder lives; and questions to Python that are asked again while a training goes on.
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { WireMode } from "../../canvas/signals";
import { type Accepted, type Connection, type Details, type DetailsArgument, type Gesture, isRefusal } from "../../shared/connection";
import { useShared, useTrait } from "../../shared/context";
import type { InsideWhat } from "../../shared/messages";

export type Tab = "settings" | InsideWhat;
export const TABS: readonly Tab[] = ["settings", "output", "weights", "gradients", "units", "sample"];

export interface Looking {
  tab: Tab;
  /** Place of the sample in the probe. */
  sample: number;
  /** The epoch whose weights are looked at; null for now. */
  epoch: number | null;
  sort: boolean;
  /** What wires show; null until somebody chooses. */
  wires: WireMode | null;
}

const FIRST: Looking = { tab: "settings", sample: 0, epoch: null, sort: false, wires: null };
const kept = new WeakMap<Connection, { now: Looking; watchers: Set<() => void> }>();

function keptBy(connection: Connection) {
  const there = kept.get(connection) ?? { now: FIRST, watchers: new Set<() => void>() };
  kept.set(connection, there);
  return there;
}

export function useLooking(): [looking: Looking, change: (change: Partial<Looking>) => void] {
  const { connection } = useShared();
  const there = keptBy(connection);
  const subscribe = useCallback(
    (heard: () => void) => {
      there.watchers.add(heard);
      return () => there.watchers.delete(heard);
    },
    [there],
  );
  const looking = useSyncExternalStore(subscribe, () => there.now);
  const change = useCallback(
    (part: Partial<Looking>) => {
      there.now = { ...there.now, ...part };
      for (const watcher of there.watchers) watcher();
    },
    [there],
  );
  return [looking, change];
}

/** Seconds that an answer asks for before the next question, so that looking keeps to its share of the training's time. */
const restOf = (reply: object): number => ("rest" in reply && typeof reply.rest === "number" ? reply.rest : 0);

/** Milliseconds from one answer to the next question while a training goes on. */
const AGAIN = 1000;

export interface Asked<Name extends Gesture> {
  answer: Accepted<Name> | null;
  /** Why there is none, in words. */
  refused: string | null;
  /** It is still computed; what was answered before may be there meanwhile. */
  busy: boolean;
}

const isBusy = (reply: object): boolean => "busy" in reply && reply.busy === true;

/** Milliseconds after which a question is asked again whose answer is still computed. */
const SOON = 100;

/**
 * The latest answer to a question, asked again when the graph, the question or the run changes, and every second (`again`, in ms)
 * while it trains. What was answered before stays until the new answer is there; a question about something else (`of`) begins anew.
 */
export function useAsked<Name extends Gesture>(gesture: Name, details: Details<Name> | null, of: string, again = AGAIN): Asked<Name> {
  const { connection, store } = useShared();
  const serial = useSyncExternalStore(store.subscribe, () => store.graph?.serial ?? -1);
  const run = useTrait("run");
  const trains = run.state === "running";
  const about = `${run.id ?? ""} ${run.state} ${trains ? "" : run.epoch}`;
  const question = details === null ? null : JSON.stringify(details);
  const [asked, setAsked] = useState<{ of: string } & Asked<Name>>({ of, answer: null, refused: null, busy: false });
  const tick = useRef(0);
  useEffect(() => {
    if (question === null) return undefined;
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = (): void => {
      tick.current += 1;
      void connection.ask(gesture, ...([{ ...(JSON.parse(question) as object), tick: tick.current }] as unknown as DetailsArgument<Name>)).then((reply) => {
        if (!wanted) return;
        if (isBusy(reply)) {
          setAsked((before) => (before.of === of ? { ...before, busy: true } : { of, answer: null, refused: null, busy: true }));
          timer = setTimeout(ask, SOON);
          return;
        }
        setAsked(isRefusal(reply) ? { of, answer: null, refused: reply.refused, busy: false } : { of, answer: reply, refused: null, busy: false });
        if (trains) timer = setTimeout(ask, Math.max(again, 1000 * restOf(reply)));
      });
    };
    ask();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [connection, gesture, question, of, serial, about, trains, again]);
  return asked.of === of ? asked : { answer: null, refused: null, busy: false };
}
