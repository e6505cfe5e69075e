// Brings what is new into view: the whole graph while it can be read, else the layers that were added.
import type { ReactFlowInstance } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import type { Graph } from "../shared/state";
import type { LayerNodeType } from "./LayerNode";

const READABLE = 0.6;
const MARGIN = 24;
const MOST_FRAMES = 60;

export function useKeptInView(graph: Graph, flow: ReactFlowInstance<LayerNodeType>, place: RefObject<HTMLDivElement | null>): void {
  const known = useRef<ReadonlySet<string>>(new Set());
  // React Flow hands out another object when its viewport is ready; that is no new graph.
  const latest = useRef(flow);
  latest.current = flow;
  useEffect(() => {
    const before = known.current;
    known.current = new Set(graph.nodes.map((node) => node.id));
    const added = graph.nodes.filter((node) => !before.has(node.id));
    const box = place.current?.querySelector(".react-flow")?.getBoundingClientRect();
    if (added.length === 0 || box === undefined) return;
    const right = Math.max(...graph.nodes.map((node) => node.x + node.width)) - Math.min(...graph.nodes.map((node) => node.x));
    const down = Math.max(...graph.nodes.map((node) => node.y + node.height)) - Math.min(...graph.nodes.map((node) => node.y));
    const zoom = Math.min(1, (box.width - 2 * MARGIN) / right, (box.height - 2 * MARGIN) / down);
    // What is dropped where one looks must not move the view under the hand.
    if (before.size > 0 && added.every((node) => isInside(node, latest.current, box))) return;
    let left = MOST_FRAMES;
    const fit = () => {
      const { viewportInitialized, getZoom, fitView } = latest.current;
      if (!viewportInitialized && left-- > 0) {
        requestAnimationFrame(fit);
        return;
      }
      if (zoom >= READABLE || before.size === 0) void fitView({ maxZoom: 1, padding: 0.08 });
      else {
        const now = Math.max(getZoom(), READABLE);
        void fitView({ nodes: added.map(({ id }) => ({ id })), maxZoom: now, padding: 0.2 });
      }
    };
    requestAnimationFrame(fit);
  }, [graph, place]);
}

function isInside(node: { x: number; y: number; width: number; height: number }, flow: ReactFlowInstance<LayerNodeType>, box: DOMRect): boolean {
  const from = flow.flowToScreenPosition({ x: node.x, y: node.y });
  const to = flow.flowToScreenPosition({ x: node.x + node.width, y: node.y + node.height });
  return from.x >= box.left && from.y >= box.top && to.x <= box.right && to.y <= box.bottom;
}
