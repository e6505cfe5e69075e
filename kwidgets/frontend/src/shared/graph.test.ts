import { describe, expect, it, vi } from "vitest";
import { GraphStore } from "./graph";
import type { Card, GraphChange, Head } from "./messages";

const card = (id: string): Card => ({
  id, layer: id, call: 0, class_name: "Dense", title: "Dense", family: "core", line: "", shape: [null, 3], parameters: 0, work: 0, memory: 0,
  inputs: 1, ports: 1, state: "ok", says: null, short: null, output: false, frozen: false, bypassed: false, uses: 1, fold: null, inside: null, opens: false, closed: null,
});
const head = { version: 1 } as Head;
const whole: GraphChange = {
  kind: "graph", before: null, serial: 3, head, cards: [card("a"), card("b")], wires: [], places: { a: [0, 0], b: [0, 100] },
  order: ["a", "b"], gone: [], gone_wires: [],
};
const move: GraphChange = { ...whole, before: 3, serial: 4, head: null, cards: [], places: { b: [50, 100] }, order: null };

describe("graph store", () => {
  it("keeps the identity of what did not change", () => {
    const store = new GraphStore(() => undefined);
    store.apply(whole);
    const before = store.graph;
    store.apply(move);
    expect(store.graph?.places.get("b")).toEqual([50, 100]);
    expect(store.graph?.cards).toBe(before?.cards);
    expect(store.graph?.head).toBe(head);
  });
  it("keeps lists of the head that say the same", () => {
    const store = new GraphStore(() => undefined);
    const note = { id: "n", text: "a", x: 0, y: 0, width: 100, height: 60 };
    store.apply({ ...whole, head: { ...head, notes: [note], frames: [], problems: [] } });
    const notes = store.graph?.head.notes;
    store.apply({ ...move, head: { ...head, version: 2, notes: [{ ...note }], frames: [], problems: [] } });
    expect(store.graph?.head.version).toBe(2);
    expect(store.graph?.head.notes).toBe(notes);
  });
  it("asks for the whole where a change was missed, and forgets what is older", () => {
    const askForWhole = vi.fn();
    const store = new GraphStore(askForWhole);
    store.apply(move);
    expect(askForWhole).toHaveBeenCalledTimes(1);
    store.apply(whole);
    store.apply({ ...move, before: 5, serial: 6 });
    expect(askForWhole).toHaveBeenCalledTimes(2);
    store.apply({ ...move, before: 1, serial: 2 });
    expect(askForWhole).toHaveBeenCalledTimes(2);
    expect(store.graph?.serial).toBe(3);
  });
  it("takes cards away", () => {
    const store = new GraphStore(() => undefined);
    store.apply(whole);
    store.apply({ ...move, places: {}, order: ["a"], gone: ["b"] });
    expect([...(store.graph?.cards.keys() ?? [])]).toEqual(["a"]);
    expect(store.graph?.places.has("b")).toBe(false);
  });
});

it("goes back to the last graph that was drawn", () => {
  const store = new GraphStore(() => undefined);
  const told: (number | undefined)[] = [];
  store.subscribe(() => told.push(store.graph?.serial));
  store.apply(whole);
  store.drawn();
  store.apply({ ...whole, serial: whole.serial + 1 });
  store.goBack();
  expect(told).toEqual([whole.serial, whole.serial + 1, whole.serial]);
});
