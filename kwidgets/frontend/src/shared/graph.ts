// The canvas as Python knows it: the whole once, then changes. What did not change keeps its identity.
import type { Card, GraphChange, Head, Point, Wire } from "./messages";

export interface Graph {
  serial: number;
  head: Head;
  cards: ReadonlyMap<string, Card>;
  places: ReadonlyMap<string, Point>;
  wires: ReadonlyMap<string, Wire>;
  order: readonly string[];
}

/** The graph after a change; null where a change is missing in between, so that the whole must be asked for. */
export function changed(before: Graph | null, change: GraphChange): Graph | null {
  if (change.before === null) return whole(change);
  if (before === null || change.before !== before.serial) return null;
  return {
    serial: change.serial,
    head: change.head === null ? before.head : steady(before.head, change.head),
    cards: patched(before.cards, change.cards.map((card) => [card.id, card]), change.gone),
    places: patched(before.places, Object.entries(change.places), change.gone),
    wires: patched(before.wires, change.wires.map((wire) => [wire.id, wire]), change.gone_wires),
    order: change.order ?? before.order,
  };
}

/** The new head, with the lists that say the same as before being the same: what depends on them need not be made anew. */
function steady(before: Head, after: Head): Head {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return {
    ...after,
    notes: same(before.notes, after.notes) ? before.notes : after.notes,
    frames: same(before.frames, after.frames) ? before.frames : after.frames,
    problems: same(before.problems, after.problems) ? before.problems : after.problems,
  };
}

function whole(change: GraphChange): Graph | null {
  if (change.head === null) return null;
  return {
    serial: change.serial,
    head: change.head,
    cards: new Map(change.cards.map((card) => [card.id, card])),
    places: new Map(Object.entries(change.places)),
    wires: new Map(change.wires.map((wire) => [wire.id, wire])),
    order: change.order ?? change.cards.map((card) => card.id),
  };
}

function patched<Item>(before: ReadonlyMap<string, Item>, items: readonly (readonly [string, Item])[], gone: readonly string[]): ReadonlyMap<string, Item> {
  if (items.length === 0 && gone.length === 0) return before;
  const after = new Map(before);
  for (const id of gone) after.delete(id);
  for (const [id, item] of items) after.set(id, item);
  return after;
}

/** Keeps the latest graph of a view and asks for the whole where a change was missed. */
export class GraphStore {
  graph: Graph | null = null;
  private good: Graph | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly askForWhole: () => void) {}

  apply = (change: GraphChange): void => {
    const known = this.graph?.serial ?? -1;
    // What is older than the whole that came meanwhile says nothing new.
    if (change.before !== null && change.serial <= known) return;
    const after = changed(this.graph, change);
    if (after === null) this.askForWhole();
    else {
      this.graph = after;
      for (const listener of this.listeners) listener();
    }
  };

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): Graph | null => this.graph;

  /** The present graph was drawn without an error. */
  drawn = (): void => {
    this.good = this.graph;
  };

  /** Back to the last graph that could be drawn. */
  goBack = (): void => {
    this.graph = this.good;
    for (const listener of this.listeners) listener();
  };
}
