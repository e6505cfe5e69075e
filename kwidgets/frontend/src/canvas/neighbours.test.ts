import { expect, it } from "vitest";
import type { Graph } from "../shared/graph";
import type { Wire } from "../shared/messages";
import { cardTowards, wiresOf } from "./neighbours";

const PLACES: Record<string, [number, number]> = { input: [120, 0], left: [0, 120], right: [240, 120], add: [120, 240], next: [520, 0] };
const WIRES = [["input", "left"], ["input", "right"], ["left", "add"], ["right", "add"], ["add", "next"]];

const graph = {
  order: Object.keys(PLACES),
  places: new Map(Object.entries(PLACES)),
  wires: new Map(WIRES.map(([source = "", target = ""]) => [`${source} ${target}`, { id: `${source} ${target}`, source, target } as Wire])),
} as unknown as Graph;

it("goes along the wires", () => {
  expect(cardTowards(graph, "left", "down")).toBe("add");
  expect(cardTowards(graph, "left", "up")).toBe("input");
  expect(cardTowards(graph, "add", "down")).toBe("next");
  expect(cardTowards(graph, "next", "up")).toBe("add");
});

it("goes to what stands beside", () => {
  expect(cardTowards(graph, "left", "right")).toBe("right");
  expect(cardTowards(graph, "right", "left")).toBe("left");
  expect(cardTowards(graph, "next", "left")).toBe("input");
  expect(cardTowards(graph, "next", "right")).toBeNull();
});

it("reaches every card from every other", () => {
  for (const from of graph.order) {
    const reached = new Set([from]);
    for (const card of reached) {
      for (const way of ["up", "down", "left", "right"] as const) {
        const next = cardTowards(graph, card, way);
        if (next !== null) reached.add(next);
      }
    }
    expect(reached.size).toBe(graph.order.length);
  }
});

it("does not go round in a circle", () => {
  expect(cardTowards(graph, "next", "down")).toBeNull();
  expect(cardTowards(graph, "input", "up")).toBeNull();
});

it("goes to the first and the last", () => {
  expect([cardTowards(graph, "add", "first"), cardTowards(graph, "add", "last")]).toEqual(["input", "next"]);
});

it("lists a card's wires, those that leave it first", () => {
  expect(wiresOf(graph, "left")).toEqual(["left add", "input left"]);
});
