// Carries out what makes layers, and chooses what was made. A person may be quicker than Python: what is asked for before the
// answer has come stands behind what the answer brings, as it would have with a little patience.
import { useCallback } from "react";
import { endOf } from "../canvas/flow";
import { type DetailsArgument, type Gesture, isRefusal } from "../shared/connection";
import { useAsk, useGraph } from "../shared/context";
import { useBuilder } from "./BuilderContext";
import { madeBehind, type Making } from "./making";

export function useMaking(): <Name extends Gesture>(gesture: Name, ...details: DetailsArgument<Name>) => Promise<void> {
  const { ask } = useAsk();
  const graph = useGraph();
  const { selected, making, makes, chooseMade } = useBuilder();
  return useCallback(
    async (gesture, ...[details]) => {
      const given = details as { after?: string | null } | undefined;
      const after = given?.after === undefined ? endOf(graph, selected) : given.after;
      const before = given?.after === undefined ? null : madeBehind(making.current, after);
      const carryOut = async (): Promise<string | null> => {
        // Not before `next` is there.
        const made = await before;
        const reply = await ask(gesture, ...([made === null ? details : { ...details, after: made }] as DetailsArgument<typeof gesture>));
        const nodes: readonly string[] = isRefusal(reply) || !("nodes" in reply) ? [] : (reply.nodes ?? []);
        chooseMade(next, nodes);
        return nodes[nodes.length - 1] ?? null;
      };
      const next: Making = { after, made: carryOut() };
      makes(next);
      await next.made;
    },
    [ask, chooseMade, graph, makes, making, selected],
  );
}
