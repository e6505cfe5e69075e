import { describe, expect, it } from "vitest";
import type { Graph } from "../shared/graph";
import type { Card, Head, Wire } from "../shared/messages";
import { cardNodes, endOf, freeIndex, Remembering, targetsFrom, type CardNode, wireEdges, type WireEdge } from "./flow";

const card = (id: string, inputs: Card["inputs"] = 1): Card => ({
  id, layer: id, call: 0, class_name: "Dense", title: "Dense", family: "core", line: "", shape: [null, 3], parameters: 0, work: 0, memory: 0,
  inputs, ports: inputs === "many" ? 2 : inputs, state: "ok", says: null, short: null, output: false, frozen: false, bypassed: false, uses: 1, fold: null, inside: null, opens: false, closed: null,
});
const wire = (source: string, target: string, index = 0): Wire => ({
  id: `${target}#${index}`, source, target, index, shape: null, points: [[0, 0], [0, 10]], wrong: false,
});
const cards = [card("a", 0), card("b"), card("c", "many")];
const wires = [wire("a", "b"), wire("b", "c")];
const graph: Graph = {
  serial: 1, head: {} as Head, cards: new Map(cards.map((one) => [one.id, one])), wires: new Map(wires.map((one) => [one.id, one])),
  places: new Map([["a", [0, 0]], ["b", [0, 100]], ["c", [0, 200]]]), order: ["a", "b", "c"],
};
const view = { selected: new Set<string>(), dragging: new Map(), target: null, stop: null, preview: null };

describe("flow", () => {
  it("keeps a drag in progress over Python's place, and all other nodes as they were", () => {
    const remembering = new Remembering<CardNode>();
    const before = cardNodes(graph, view, remembering);
    const after = cardNodes(graph, { ...view, dragging: new Map([["b", { x: 7, y: 8 }]]) }, remembering);
    expect(after[1]?.position).toEqual({ x: 7, y: 8 });
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
  });
  it("lets go of a wire's way while an end is dragged", () => {
    const remembering = new Remembering<WireEdge>();
    const before = wireEdges(graph, new Set(), new Map(), null, remembering);
    const after = wireEdges(graph, new Set(), new Map([["c", { x: 0, y: 0 }]]), null, remembering);
    expect(after[1]?.data?.loose).toBe(true);
    expect(after[0]).toBe(before[0]);
  });
  it("draws anew only what a preview changes", () => {
    const cards = new Remembering<CardNode>();
    const wires = new Remembering<WireEdge>();
    const preview = { cards: { b: { title: "Dense", line: "9", shape: [null, 9], state: "ok" as const } }, wires: { "c#0": { adds: "Flatten", shape: [null, 9] } }, gone: ["a"] };
    const [before, after] = [cardNodes(graph, view, cards), cardNodes(graph, { ...view, preview }, cards)];
    expect(after.map((node) => node.data.preview)).toEqual(["gone", preview.cards.b, null]);
    expect(after[2]).toBe(before[2]);
    const [wiresBefore, wiresAfter] = [null, preview].map((one) => wireEdges(graph, new Set(), new Map(), one, wires));
    expect(wiresAfter?.[1]?.data?.preview).toBe(preview.wires["c#0"]);
    expect(wiresAfter?.[0]).toBe(wiresBefore?.[0]);
  });
  it("says at a wrong wire what its card says", () => {
    const wrong: Graph = {
      ...graph,
      cards: new Map([...graph.cards, ["b", { ...card("b"), state: "wrong" as const, says: "'b' gets 3 numbers." }]]),
      wires: new Map([...graph.wires, ["b#0", { ...wire("a", "b"), wrong: true }]]),
    };
    const edges = wireEdges(wrong, new Set(), new Map(), null, new Remembering<WireEdge>());
    expect(edges.map((edge) => edge.data?.says)).toEqual(["'b' gets 3 numbers.", null]);
    expect(edges[0]?.ariaLabel).toContain("'b' gets 3 numbers.");
  });
  it("offers every card with an input but the source itself", () => {
    expect(targetsFrom(graph, "b")).toEqual(["c"]);
    expect(targetsFrom(graph, "a")).toEqual(["b", "c"]);
  });
  it("finds the next input of a merge", () => {
    expect(freeIndex(graph, "c")).toBe(1);
    expect(freeIndex(graph, "b")).toBe(0);
  });
  it("adds after what is chosen, else at the end", () => {
    expect(endOf(graph, new Set(["a"]))).toBe("a");
    expect(endOf(graph, new Set())).toBe("c");
  });
});
