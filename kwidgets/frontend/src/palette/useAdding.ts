// A layer of a class, or a block of one's own, after what is chosen; what was made is chosen next.
import { useCallback } from "react";
import { endOf } from "../canvas/flow";
import { useBuilder } from "../frame/BuilderContext";
import { isRefusal } from "../shared/connection";
import { useAsk, useGraph } from "../shared/context";

/** What the palette offers: a layer of a class, or a block by its name. */
export type Offered = { class_name: string } | { name: string };

export function useAdding(): (offered: Offered) => Promise<void> {
  const graph = useGraph();
  const { ask } = useAsk();
  const { selected, select, go } = useBuilder();
  return useCallback(
    async (offered) => {
      go("build");
      const end = "class_name" in offered && offered.class_name === "InputLayer" ? null : endOf(graph, selected);
      const after = end === null ? {} : { after: end };
      const reply = await ("name" in offered ? ask("add_block", { ...offered, ...after }) : ask("add", { ...offered, ...after }));
      if (!isRefusal(reply) && reply.nodes !== undefined) select(reply.nodes);
    },
    [ask, go, graph, select, selected],
  );
}
