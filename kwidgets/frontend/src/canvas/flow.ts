// Python's graph as React Flow's nodes and edges, keeping what only the view knows: a drag in progress, the selection.
import { type Edge, type NodeHandle, Position } from "@xyflow/react";
import type { Graph, GraphNode, Problem } from "../shared/state";
import { shapeText } from "../shared/words";
import type { LayerNodeType } from "./LayerNode";

export interface ViewState {
  selected: ReadonlySet<string>;
  dragging: ReadonlyMap<string, { x: number; y: number }>;
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
    // Sizes and ports are given, not measured: a state from Python that comes while React Flow measures would lose them.
    width: node.width,
    height: node.height,
    measured: { width: node.width, height: node.height },
    handles: ports(node, portCount(node, wired.get(node.id) ?? 0)),
    data: { node, problem: problems.get(node.id), ports: portCount(node, wired.get(node.id) ?? 0), target: view.target === node.id },
    ariaLabel: `${node.class_name} ${node.layer}, output ${shapeText(node.shape)}, ${node.state}`,
  }));
}

export const PORT_SIZE = 11;

/** How many places for wires a node shows: a merge keeps one more than it has. */
export function portCount(node: GraphNode, wired: number): number {
  if (node.inputs === "many") return Math.max(2, wired + 1);
  return node.inputs;
}

function ports(node: GraphNode, count: number): NodeHandle[] {
  const size = { width: PORT_SIZE, height: PORT_SIZE };
  const inputs = Array.from({ length: count }, (_, index) => ({
    ...size, id: String(index), type: "target" as const, position: Position.Top,
    x: (node.width * (index + 1)) / (count + 1) - PORT_SIZE / 2, y: -PORT_SIZE / 2,
  }));
  return [...inputs, { ...size, type: "source", position: Position.Bottom, x: (node.width - PORT_SIZE) / 2, y: node.height - PORT_SIZE / 2 }];
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
