// Between which layers the search box would put a new one.
import { branches, type SearchRequest } from "../frame/BuilderContext";
import type { Graph } from "../shared/graph";

/** Names of the layers before and behind; a layer goes on the only wire that leaves the one before it. */
export function offeredPlace(graph: Graph, request: SearchRequest | null): { after: string | null; before: string | null } {
  const nameOf = (id: string | undefined) => (id === undefined ? null : (graph.cards.get(id)?.layer ?? null));
  const wire = request?.wire == null ? undefined : graph.wires.get(request.wire);
  if (wire !== undefined) return { after: nameOf(wire.source), before: nameOf(wire.target) };
  const after = request?.after ?? undefined;
  if (request !== null && branches(request)) return { after: nameOf(after), before: null };
  const onward = [...graph.wires.values()].filter((one) => one.source === after);
  return { after: nameOf(after), before: onward.length === 1 ? nameOf(onward[0]?.target) : null };
}
