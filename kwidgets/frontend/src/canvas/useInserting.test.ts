import { expect, it } from "vitest";
import type { Graph } from "../shared/graph";
import type { Wire } from "../shared/messages";
import { wireThrough } from "./useInserting";

const wire = (id: string, points: number[][]): [string, Wire] => [id, { id, source: "a", target: "b", index: 0, shape: null, points, wrong: false }];
const graph = { wires: new Map([wire("down", [[105, 70], [105, 100]]), wire("across", [[105, 400], [105, 420], [375, 420], [375, 440]])]) } as unknown as Graph;

it("finds the wire under a card, also where only a piece of it passes there", () => {
  expect(wireThrough(graph, { x: 0, y: 50 })).toBe("down");
  expect(wireThrough(graph, { x: 60, y: 60 })).toBe("down");
  expect(wireThrough(graph, { x: 150, y: 390 })).toBe("across");
});
it("finds none beside the wires", () => {
  expect(wireThrough(graph, { x: 200, y: 50 })).toBeNull();
  expect(wireThrough(graph, { x: 0, y: 150 })).toBeNull();
});
