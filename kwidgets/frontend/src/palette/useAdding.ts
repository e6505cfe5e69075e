// A layer of a class, or a block of one's own, after what is chosen; what was made is chosen next.
import { useCallback } from "react";
import { endOf } from "../canvas/flow";
import { useBuilder } from "../frame/BuilderContext";
import { useMaking } from "../frame/useMaking";
import { useGraph } from "../shared/context";

/** What the palette offers: a layer of a class, or a block by its name. */
export type Offered = { class_name: string } | { name: string };

export function useAdding(): (offered: Offered) => Promise<void> {
  const graph = useGraph();
  const make = useMaking();
  const { selected, go } = useBuilder();
  return useCallback(
    async (offered) => {
      go("build");
      const end = "class_name" in offered && offered.class_name === "InputLayer" ? null : endOf(graph, selected);
      const after = end === null ? {} : { after: end };
      await ("name" in offered ? make("add_block", { ...offered, ...after }) : make("add", { ...offered, ...after }));
    },
    [go, graph, make, selected],
  );
}
