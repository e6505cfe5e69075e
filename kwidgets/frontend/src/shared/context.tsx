// What every component can reach: Python's state by name, the graph, a way to ask, and a place to show refusals.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Accepted, type Connection, type Details, type DetailsArgument, type Gesture, isRefusal, type Reply, type WidgetModel } from "./connection";
import type { Drafts } from "./drafts";
import type { Graph, GraphStore } from "./graph";
import type { Refusal, States } from "./messages";
import { words } from "./words";

export interface Shared {
  model: WidgetModel;
  connection: Connection;
  store: GraphStore;
  /** What was typed and waits for a press. */
  drafts: Drafts;
  /** The view's own element, inside which popups open. */
  root: () => HTMLElement | null;
  tell: (refusal: Refusal | null) => void;
}

export const SharedContext = createContext<Shared | null>(null);

export function useShared(): Shared {
  const shared = useContext(SharedContext);
  if (shared === null) throw new Error("kwidgets: a component stands outside of its view");
  return shared;
}

/** The trait of this name, always its latest value. */
export function useTrait<Name extends keyof States>(name: Name): States[Name] {
  const { model } = useShared();
  const subscribe = useCallback(
    (heard: () => void) => {
      model.on(`change:${name}`, heard);
      return () => model.off(`change:${name}`, heard);
    },
    [model, name],
  );
  return useSyncExternalStore(subscribe, () => model.get(name) as States[Name]);
}

/** The graph; only for components that stand below the frame, which waits until it is there. */
export function useGraph(): Graph {
  const { store } = useShared();
  const graph = useSyncExternalStore(store.subscribe, store.snapshot);
  if (graph === null) throw new Error("kwidgets: a component was drawn before the graph came");
  return graph;
}

export type Ask = <Name extends Gesture>(gesture: Name, ...details: DetailsArgument<Name>) => Promise<Reply<Name>>;

/** Ask Python; a refusal is shown unless the caller says that it shows it itself. */
export function useAsk(): { ask: Ask; askQuietly: Ask } {
  const { connection, tell } = useShared();
  return useMemo(
    () => ({
      askQuietly: (gesture, ...details) => connection.ask(gesture, ...details),
      ask: async (gesture, ...details) => {
        // No answer will come: whoever waits for one is told.
        if (connection.health === "gone") tell({ refused: words.frame.gone });
        const reply = await connection.ask(gesture, ...details);
        tell(isRefusal(reply) ? reply : "says" in reply && reply.says !== undefined ? { refused: reply.says } : null);
        return reply;
      },
    }),
    [connection, tell],
  );
}

/**
 * A question's latest answer, asked again whenever the graph or the question changes; null before the first. Of a kernel
 * that is gone it is what was answered before: what was typed then must not go with the form around it.
 */
export function useAnswer<Name extends Gesture>(gesture: Name, details: Details<Name> | null): Accepted<Name> | null {
  const { connection, store } = useShared();
  const serial = useSyncExternalStore(store.subscribe, () => store.graph?.serial ?? -1);
  const question = details === null ? null : JSON.stringify(details);
  const [answered, setAnswered] = useState<{ question: string; answer: Accepted<Name> } | null>(null);
  useEffect(() => {
    if (question === null) return;
    let wanted = true;
    void connection.ask(gesture, ...([JSON.parse(question)] as DetailsArgument<Name>)).then((reply) => {
      if (!wanted || isRefusal(reply)) return;
      connection.remember(gesture, question, reply);
      setAnswered({ question, answer: reply });
    });
    return () => {
      wanted = false;
    };
  }, [connection, gesture, question, serial]);
  if (answered !== null && answered.question === question) return answered.answer;
  return question !== null && connection.health === "gone" ? connection.remembered(gesture, question) : null;
}

/** Whether the kernel answers. */
export function useHealth(): Connection["health"] {
  const { connection } = useShared();
  return useSyncExternalStore(connection.watch, () => connection.health);
}
