// Python's graph as React Flow's nodes and edges, keeping what only the view knows: a drag in progress, the selection.
import type { Edge } from "@xyflow/react";
import type { Graph, Problem } from "../shared/state";
import { shapeText } from "../shared/words";
import type { LayerNodeType } from "./LayerNode";

export interface ViewState {
  selected: ReadonlySet<string>;
  dragging: ReadonlyMap<string, { x: number; y: number }>;
  /** Sizes that React Flow measured: it keeps a node hidden until they come back to it. */
  measured: ReadonlyMap<string, { width: number; height: number }>;
  target: string | null;
}

export function flowNodes(graph: Graph, view: ViewState): LayerNodeType[] {
  const problems = new Map<string, Problem>();
  for (const problem of graph.problems) if (problem.node !== null && !problems.has(problem.node)) problems.set(problem.node, problem);
  const wired = new Map<string, number>();
  for (const wire of graph.wires) wired.set(wire.target, Math.max(wired.get(wire.target) ?? 0, wire.index + 1));
  return graph.nodes.map((node) => ({
    id: node.id,
    type: "layer" as const,
    position: view.dragging.get(node.id) ?? { x: node.x, y: node.y },
    selected: view.selected.has(node.id),
    width: node.width,
    measured: view.measured.get(node.id),
    data: { node, problem: problems.get(node.id), wired: wired.get(node.id) ?? 0, target: view.target === node.id },
    ariaLabel: `${node.class_name} ${node.layer}, output ${shapeText(node.shape)}, ${node.state}`,
  }));
}

export function flowEdges(graph: Graph, selected: ReadonlySet<string>): Edge[] {
  return graph.wires.map((wire) => ({
    id: wire.id,
    source: wire.source,
    target: wire.target,
    targetHandle: String(wire.index),
    selected: selected.has(wire.id),
    label: wire.shape === null ? undefined : shapeText(wire.shape),
    ariaLabel: `Wire from ${wire.source} to ${wire.target}`,
    interactionWidth: 24,
  }));
}

/** The nodes a keyboard connection from `source` may go to, in reading order. */
export function targetsFrom(graph: Graph, source: string): string[] {
  return graph.nodes
    .filter((node) => node.id !== source && node.inputs !== 0)
    .sort((a, b) => a.y - b.y || a.x - b.x)
    .map((node) => node.id);
}

/** The first free input of a node: the next one of a merge, the only one of the rest. */
export function freeIndex(graph: Graph, target: string): number {
  const node = graph.nodes.find((one) => one.id === target);
  if (node?.inputs !== "many") return 0;
  const used = new Set(graph.wires.filter((wire) => wire.target === target).map((wire) => wire.index));
  let index = 0;
  while (used.has(index)) index += 1;
  return index;
}

/** The node below which a layer clicked in the palette goes: the selected one, else the lowest that nothing follows. */
export function lastNode(graph: Graph, selected: ReadonlySet<string>): string | null {
  const chosen = graph.nodes.filter((node) => selected.has(node.id));
  if (chosen.length > 0) return chosen[chosen.length - 1]?.id ?? null;
  const followed = new Set(graph.wires.map((wire) => wire.source));
  const ends = graph.nodes.filter((node) => !followed.has(node.id)).sort((a, b) => b.y - a.y);
  return ends[0]?.id ?? null;
}
