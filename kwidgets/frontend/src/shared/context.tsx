// What every component can reach: Python's state by name, a way to ask, and a place to show refusals.
import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import type { Connection, Refusal, Reply, WidgetModel } from "./connection";
import { isRefusal } from "./connection";
import type { Json, States } from "./state";

export interface Shared {
  model: WidgetModel;
  connection: Connection;
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
    (changed: () => void) => {
      model.on(`change:${name}`, changed as never);
      return () => model.off(`change:${name}`, changed as never);
    },
    [model, name],
  );
  return useSyncExternalStore(subscribe, () => model.get(name) as States[Name]);
}

export type Ask = (gesture: string, details?: Record<string, Json>) => Promise<Reply>;

/** Ask Python; a refusal is shown unless the caller says that it shows it itself. */
export function useAsk(): { ask: Ask; askQuietly: Ask } {
  const { connection, tell } = useShared();
  return useMemo(
    () => ({
      askQuietly: (gesture, details) => connection.ask(gesture, details),
      ask: async (gesture, details) => {
        const reply = await connection.ask(gesture, details);
        tell(isRefusal(reply) ? reply : null);
        return reply;
      },
    }),
    [connection, tell],
  );
}
