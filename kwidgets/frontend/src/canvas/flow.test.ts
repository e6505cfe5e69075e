import { describe, expect, it } from "vitest";
import type { Graph, GraphNode } from "../shared/state";
import { flowNodes, freeIndex, lastNode, targetsFrom } from "./flow";

const node = (id: string, y: number, inputs: GraphNode["inputs"] = 1): GraphNode => ({
  id, layer: id, call: 0, class_name: "Dense", x: 0, y, width: 180, height: 64, shape: [null, 3], parameters: 0, inputs,
  trainable: true, setting: "", state: "ok", output: false, shared: false,
});
const graph: Graph = {
  version: 1, kind: "Model", name: "m",
  nodes: [node("a", 0, 0), node("b", 100), node("c", 200, "many")],
  wires: [
    { id: "b#0", source: "a", target: "b", index: 0, shape: null },
    { id: "c#0", source: "b", target: "c", index: 0, shape: null },
  ],
  problems: [{ id: "p", node: "c", sentence: "too few inputs", hint: null, mends: [] }],
  totals: { parameters: 0, trainable: 0, bytes: 0, layers: 3 }, undo: null, redo: null, locked: false,
};

describe("flow", () => {
  it("keeps a drag in progress over Python's position", () => {
    const view = { selected: new Set(["b"]), dragging: new Map([["b", { x: 7, y: 8 }]]), target: null };
    const shown = flowNodes(graph, view);
    expect(shown[1]?.position).toEqual({ x: 7, y: 8 });
    expect(shown[1]?.selected).toBe(true);
    expect(shown[2]?.data.problem?.sentence).toBe("too few inputs");
  });
  it("offers every node with an input but the source itself", () => {
    expect(targetsFrom(graph, "b")).toEqual(["c"]);
    expect(targetsFrom(graph, "a")).toEqual(["b", "c"]);
  });
  it("finds the next input of a merge", () => {
    expect(freeIndex(graph, "c")).toBe(1);
    expect(freeIndex(graph, "b")).toBe(0);
  });
  it("adds below the selection, else at the end", () => {
    expect(lastNode(graph, new Set(["a"]))).toBe("a");
    expect(lastNode(graph, new Set())).toBe("c");
  });
});
