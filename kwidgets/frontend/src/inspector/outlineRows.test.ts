import { describe, expect, it } from "vitest";
import type { Graph } from "../shared/graph";
import type { Card, Head, Wire } from "../shared/messages";
import { cause, legalTargets, moveAfter, outlineRows } from "./outlineRows";
import { offeredPlace } from "./offeredPlace";
import { pieces } from "./pieces";
import { largestShares } from "./shares";

const card = (id: string, more: Partial<Card> = {}): Card => ({
  id, layer: id.split("@")[0] ?? id, call: 0, class_name: "Dense", title: "Dense", family: "core", line: "", shape: [null, 3], parameters: 0, work: 10, memory: 4,
  inputs: 1, ports: 1, state: "ok", says: null, short: null, output: false, frozen: false, bypassed: false, uses: 1, fold: null, inside: null, opens: false, closed: null, ...more,
});
const wire = (source: string, target: string, index = 0): Wire => ({ id: `${target}#${index}`, source, target, index, shape: null, points: [], wrong: false });
const graphOf = (cards: Card[], wires: Wire[], head: Partial<Head> = {}): Graph => ({
  serial: 1,
  head: { frames: [], problems: [], totals: { parameters: 100 }, ...head } as unknown as Head,
  cards: new Map(cards.map((one) => [one.id, one])),
  places: new Map(),
  wires: new Map(wires.map((one) => [one.id, one])),
  order: cards.map((one) => one.id),
});
const a = card("a@0", { inputs: 0 });
const b = card("b@0");
const c = card("c@0");
const add = card("add@0", { inputs: "many" });
const branched = graphOf([a, b, c, add], [wire("a@0", "b@0"), wire("a@0", "c@0"), wire("b@0", "add@0"), wire("c@0", "add@0", 1)]);

describe("outline", () => {
  it("lists cards in reading order, and the wires of those that are expanded", () => {
    const rows = outlineRows(branched, new Set(["b@0"]));
    expect(rows.map((row) => row.key)).toEqual(["a@0", "b@0", "b@0 from b@0#0", "b@0 to add@0#0", "b@0 connect", "c@0", "add@0"]);
    expect(rows[3]).toMatchObject({ level: 2, parent: "b@0", position: 2, siblings: 3, other: add });
    expect(rows[1]).toMatchObject({ level: 1, parent: null, position: 2, siblings: 4, open: true });
  });
  it("puts the cards of an opened fold under its frame", () => {
    const inside = { inside: "fold:b@0" };
    const frame = { id: "fold:b@0", title: "Stage", times: 2, block: false, inside: null, x: 0, y: 0, width: 1, height: 1, more: [] };
    const rows = outlineRows(graphOf([a, card("b@0", inside), add, card("c@0", inside)], [], { frames: [frame] }), new Set());
    expect(rows.map((row) => [row.key, row.level])).toEqual([["a@0", 1], ["fold:b@0", 1], ["b@0", 2], ["c@0", 2], ["add@0", 1]]);
  });
  it("puts a frame within a frame, and a way into a closed block before its wires", () => {
    const box = { times: 1, block: true, x: 0, y: 0, width: 1, height: 1, more: [] };
    const frames = [{ ...box, id: "outer", title: "outer", inside: null }, { ...box, id: "inner", title: "inner", inside: "outer" }];
    const closed = card("closed@0", { opens: true, inside: "outer" });
    const rows = outlineRows(graphOf([a, card("b@0", { inside: "inner" }), closed, c], [], { frames }), new Set(["closed@0"]));
    expect(rows.map((row) => [row.key, row.level, row.position, row.siblings])).toEqual([
      ["a@0", 1, 1, 3], ["outer", 1, 2, 3], ["inner", 2, 1, 2], ["b@0", 3, 1, 1], ["closed@0", 2, 2, 2], ["closed@0 inside", 3, 1, 2],
      ["closed@0 connect", 3, 2, 2], ["c@0", 1, 3, 3],
    ]);
  });
  it("offers no wire that closes a circle, goes into an input or is there already", () => {
    expect(legalTargets(branched, "b@0").map((target) => target.card.id)).toEqual(["c@0"]);
    expect(legalTargets(branched, "a@0").map((target) => [target.card.id, target.index, target.more])).toEqual([["add@0", null, true]]);
    expect(legalTargets(branched, "b@0")[0]?.instead).toBe(a);
    expect(legalTargets(branched, "add@0")).toEqual([]);
  });
  it("moves a card by one place in its stack, and not past an input", () => {
    const stack = graphOf([a, b, c], [wire("a@0", "b@0"), wire("b@0", "c@0")]);
    expect(moveAfter(stack, "b@0", 1)).toBe("c@0");
    expect(moveAfter(stack, "c@0", -1)).toBe("a@0");
    expect(moveAfter(stack, "b@0", -1)).toBeUndefined();
    expect(moveAfter(stack, "c@0", 1)).toBeUndefined();
    expect(moveAfter(graphOf([b, c], [wire("b@0", "c@0")]), "c@0", -1)).toBeNull();
  });
  it("finds the nearest wrong card before a waiting one", () => {
    const wrong = card("b@0", { state: "wrong" });
    const graph = graphOf([card("a@0", { state: "wrong" }), wrong, c], [wire("a@0", "b@0"), wire("b@0", "c@0")]);
    expect(cause(graph, "c@0")).toBe(wrong);
    expect(cause(branched, "add@0")).toBeNull();
  });
});

describe("shares of parameters", () => {
  const twice = [card("x@0", { parameters: 60, uses: 2 }), card("x@1", { parameters: 60, call: 1, uses: 2 }), card("y@0", { parameters: 30 }), card("z@0", { parameters: 10 }), b];
  it("takes the largest in reading order, shared layers once", () => {
    expect(largestShares(graphOf(twice, []), 2).map(({ card: { id }, share }) => [id, share])).toEqual([["x@0", 0.6], ["y@0", 0.3]]);
  });
});

it("finds code and layers in a sentence", () => {
  expect(pieces("From 'b': `8×8`, not 'wide'.", new Map([["b", "b@0"]]))).toEqual([
    { kind: "text", text: "From " },
    { kind: "layer", text: "b", card: "b@0" },
    { kind: "text", text: ": " },
    { kind: "code", text: "8×8" },
    { kind: "text", text: ", not 'wide'." },
  ]);
});

it("says between which layers a new one goes", () => {
  const request = { at: { x: 0, y: 0 }, position: null, after: null, wire: null };
  expect(offeredPlace(branched, { ...request, wire: "add@0#1" })).toEqual({ after: "c", before: "add" });
  expect(offeredPlace(branched, { ...request, after: "b@0" })).toEqual({ after: "b", before: "add" });
  expect(offeredPlace(branched, { ...request, after: "a@0" })).toEqual({ after: "a", before: null });
  expect(offeredPlace(branched, request)).toEqual({ after: null, before: null });
});
