// A layer of a class after what is chosen; what was made is chosen next.
import { useCallback } from "react";
import { endOf } from "../canvas/flow";
import { useBuilder } from "../frame/BuilderContext";
import { isRefusal } from "../shared/connection";
import { useAsk, useGraph } from "../shared/context";

export function useAdding(): (class_name: string) => Promise<void> {
  const graph = useGraph();
  const { ask } = useAsk();
  const { selected, select, go } = useBuilder();
  return useCallback(
    async (class_name) => {
      go("build");
      const after = class_name === "InputLayer" ? null : endOf(graph, selected);
      const reply = await ask("add", { class_name, ...(after === null ? {} : { after }) });
      if (!isRefusal(reply) && reply.nodes !== undefined) select(reply.nodes);
    },
    [ask, go, graph, select, selected],
  );
}
