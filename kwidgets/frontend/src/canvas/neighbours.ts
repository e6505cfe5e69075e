// From card to card by keys: along the wires, and to what stands beside.
import type { Graph } from "../shared/graph";
import { CARD_HEIGHT, CARD_WIDTH } from "./flow";

export type Way = "up" | "down" | "left" | "right" | "first" | "last";

const AXES: Record<"up" | "down" | "left" | "right", { axis: 0 | 1; sign: 1 | -1 }> = {
  up: { axis: 1, sign: -1 }, down: { axis: 1, sign: 1 }, left: { axis: 0, sign: -1 }, right: { axis: 0, sign: 1 },
};
/** How much more a card counts that stands aside of the way than one that stands farther on it. */
const ASIDE = 3;

/** The card that a way leads to from another one: down and up first follow a wire; null where there is none. */
export function cardTowards(graph: Graph, from: string, way: Way): string | null {
  if (way === "first") return graph.order[0] ?? null;
  if (way === "last") return graph.order[graph.order.length - 1] ?? null;
  const others = graph.order.filter((id) => id !== from);
  const wired = way === "down" || way === "up" ? others.filter((id) => isWired(graph, from, id, way)) : [];
  const by = (id: string) => distance(graph, from, id);
  if (wired.length > 0) return nearest(wired, by);
  // Against the wires a way would lead round in a circle.
  const against = way === "down" || way === "up" ? linked(graph, from, way === "down" ? "up" : "down") : new Set<string>();
  const { axis, sign } = AXES[way];
  const extent = axis === 0 ? CARD_WIDTH : CARD_HEIGHT;
  const beyond = others.filter((id) => !against.has(id) && sign * offset(graph, from, id)[axis] >= extent / 2);
  return nearest(beyond, (id) => {
    const away = offset(graph, from, id);
    return Math.abs(away[axis]) + ASIDE * Math.abs(away[axis === 0 ? 1 : 0]);
  });
}

function isWired(graph: Graph, from: string, to: string, way: "up" | "down"): boolean {
  const [source, target] = way === "down" ? [from, to] : [to, from];
  return [...graph.wires.values()].some((wire) => wire.source === source && wire.target === target);
}

/** All cards that wires lead to from one, down or up. */
function linked(graph: Graph, from: string, way: "up" | "down"): Set<string> {
  const next = new Map<string, string[]>();
  for (const { source, target } of graph.wires.values()) {
    const [start, end] = way === "down" ? [source, target] : [target, source];
    next.set(start, [...(next.get(start) ?? []), end]);
  }
  const reached = new Set<string>([from]);
  for (const id of reached) for (const end of next.get(id) ?? []) reached.add(end);
  return reached;
}

function offset(graph: Graph, from: string, to: string): [number, number] {
  const [x = 0, y = 0] = graph.places.get(from) ?? [];
  const [toX = 0, toY = 0] = graph.places.get(to) ?? [];
  return [toX - x, toY - y];
}

const distance = (graph: Graph, from: string, to: string) => Math.hypot(...offset(graph, from, to));

function nearest(ids: readonly string[], away: (id: string) => number): string | null {
  return [...ids].sort((one, other) => away(one) - away(other))[0] ?? null;
}

/** The wires of a card: those that leave it, then those that come in. */
export function wiresOf(graph: Graph, card: string): string[] {
  const all = [...graph.wires.values()];
  return [...all.filter((wire) => wire.source === card), ...all.filter((wire) => wire.target === card)].map((wire) => wire.id);
}
