// The graph as a tree: opened folds and blocks hold their cards, a card holds the wires that end at it.
import type { Graph } from "../shared/graph";
import type { Card, Frame, Wire } from "../shared/messages";
import { cardsOf } from "./shares";

interface Place {
  /** Unique in the tree, and the same for the same thing after a change. */
  key: string;
  level: number;
  /** The row it lies under. */
  parent: string | null;
  /** Its number among the rows of its parent, from 1, and how many these are. */
  position: number;
  siblings: number;
}
export type FrameRow = Place & { kind: "frame"; frame: Frame; open: true };
export type CardRow = Place & { kind: "card"; card: Card; open: boolean };
/** other: the card at the other end. */
export type WireRow = Place & { kind: "from" | "to"; wire: Wire; card: Card; other: Card; open: null };
export type ConnectRow = Place & { kind: "connect"; card: Card; open: null };
/** The layers of a closed block, which stand in the tree once it is opened. */
export type InsideRow = Place & { kind: "inside"; card: Card; open: null };
export type Row = FrameRow | CardRow | WireRow | ConnectRow | InsideRow;

/** The visible rows from top to bottom. expanded: ids of cards whose wires are listed. */
export function outlineRows(graph: Graph, expanded: ReadonlySet<string>): Row[] {
  const frames = new Map(graph.head.frames.map((frame) => [frame.id, frame]));
  const all = cardsOf(graph);
  const wires = wiresByCard(graph, expanded);
  const within = (parent: Frame | null, level: number): Row[] => {
    const items = itemsOf(all, frames, parent);
    return items.flatMap((item, index): Row[] => {
      const place = { level, parent: parent?.id ?? null, position: index + 1, siblings: items.length };
      if (!("times" in item)) return cardRows(graph, item, place, wires);
      return [{ ...place, key: item.id, kind: "frame", frame: item, open: true }, ...within(item, level + 1)];
    });
  };
  return within(null, 1);
}

/** What lies directly in a frame (null: in none): cards, and each frame within where its first card would be. */
function itemsOf(cards: readonly Card[], frames: ReadonlyMap<string, Frame>, parent: Frame | null): (Card | Frame)[] {
  const items = cards.flatMap((card) => {
    let item: Card | Frame = card;
    let around = card.inside === null ? undefined : frames.get(card.inside);
    while (around !== undefined && around.id !== parent?.id) {
      item = around;
      around = around.inside === null ? undefined : frames.get(around.inside);
    }
    return around?.id === parent?.id ? [item] : [];
  });
  return [...new Set(items)];
}

type WiresOf = ReadonlyMap<string, readonly { kind: "from" | "to"; wire: Wire; other: string }[]>;

function wiresByCard(graph: Graph, expanded: ReadonlySet<string>): WiresOf {
  const found = new Map([...expanded].map((id) => [id, [] as { kind: "from" | "to"; wire: Wire; other: string }[]]));
  const wires = [...graph.wires.values()].sort((one, other) => one.index - other.index);
  for (const wire of wires) found.get(wire.target)?.push({ kind: "from", wire, other: wire.source });
  for (const wire of wires) found.get(wire.source)?.push({ kind: "to", wire, other: wire.target });
  return found;
}

function cardRows(graph: Graph, card: Card, place: Omit<Place, "key">, wires: WiresOf): Row[] {
  const ends = wires.get(card.id);
  const row: CardRow = { ...place, key: card.id, kind: "card", card, open: ends !== undefined };
  if (ends === undefined) return [row];
  const known = ends.flatMap(({ kind, wire, other: id }) => {
    const other = graph.cards.get(id);
    return other === undefined ? [] : [{ kind, wire, other }];
  });
  const opens = card.opens && !isFold(card);
  const siblings = known.length + (isFold(card) ? 0 : 1) + Number(opens);
  const below = { level: place.level + 1, parent: card.id, siblings, open: null, card };
  const inside: Row[] = opens ? [{ ...below, kind: "inside", key: `${card.id} inside`, position: 1 }] : [];
  const rows: Row[] = known.map((end, index) => ({ ...below, ...end, key: `${card.id} ${end.kind} ${end.wire.id}`, position: index + 1 + inside.length }));
  if (!isFold(card)) rows.push({ ...below, kind: "connect", key: `${card.id} connect`, position: siblings });
  return [row, ...inside, ...rows];
}

/** Whether the card stands for several nodes, which must be opened before one of them can be wired. */
export function isFold(card: Card): boolean {
  return card.id.startsWith("fold:");
}

/** Where a wire out of `source` may go. instead: the card whose wire it would take the place of; more: it is one more input. */
export interface Target {
  card: Card;
  index: number | null;
  instead: Card | null;
  more: boolean;
}

/** Legal ends for a new wire in reading order: no input, no circle, nothing that `source` feeds already. */
export function legalTargets(graph: Graph, source: string): Target[] {
  const before = upstream(graph, source);
  const into = new Map<string, Wire[]>();
  for (const wire of graph.wires.values()) into.set(wire.target, [...(into.get(wire.target) ?? []), wire]);
  return cardsOf(graph).flatMap((card) => {
    const wires = into.get(card.id) ?? [];
    const legal = card.inputs !== 0 && !isFold(card) && !before.has(card.id) && !wires.some((wire) => wire.source === source);
    if (!legal) return [];
    const more = card.inputs === "many";
    const taken = more ? undefined : wires[0];
    return [{ card, index: more ? null : 0, instead: taken === undefined ? null : (graph.cards.get(taken.source) ?? null), more }];
  });
}

/** A card and all that it comes from. */
function upstream(graph: Graph, id: string): Set<string> {
  const found = new Set([id]);
  const sources = sourcesOf(graph);
  for (const one of found) for (const source of sources.get(one) ?? []) found.add(source);
  return found;
}

function sourcesOf(graph: Graph): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const wire of graph.wires.values()) found.set(wire.target, [...(found.get(wire.target) ?? []), wire.source]);
  return found;
}

/** The nearest card before a waiting one that is wrong itself; null where there is none. */
export function cause(graph: Graph, id: string): Card | null {
  for (const before of upstream(graph, id)) {
    const card = graph.cards.get(before);
    if (before !== id && card?.state === "wrong") return card;
  }
  return null;
}

/** The card after which `id` stands once it has moved by one place in its stack; undefined where it cannot move. */
export function moveAfter(graph: Graph, id: string, step: -1 | 1): string | null | undefined {
  const wires = [...graph.wires.values()];
  const into = wires.filter((wire) => wire.target === id);
  const out = wires.filter((wire) => wire.source === id);
  if (step === 1) return out.length === 1 ? out[0]?.target : undefined;
  const above = into.length === 1 ? graph.cards.get(into[0]?.source ?? "") : undefined;
  if (above === undefined || above.inputs !== 1) return undefined;
  return wires.find((wire) => wire.target === above.id)?.source ?? null;
}
