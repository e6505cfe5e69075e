// The graph as React Flow's nodes and edges. What has not changed stays the same object, so that memo works.
import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import { shapeText } from "../shared/figures";
import type { Graph } from "../shared/graph";
import type { Card, Frame, Note, Point, Preview, PreviewedCard, PreviewedWire, Wire } from "../shared/messages";
import { words } from "../shared/words";

export const CARD_WIDTH = 210;
export const CARD_HEIGHT = 70;
export const PORT = 11;
/** The port that a whole card is while a wire is being drawn: no aiming at small dots, and a merge takes one more. */
export const WHOLE_CARD = "card";

export interface CardData extends Record<string, unknown> {
  card: Card;
  target: boolean;
  /** How it would look after a change that is pointed at; "gone" where it would not be there. */
  preview: PreviewedCard | "gone" | null;
}
export type CardNode = Node<CardData, "card">;
export type FrameNode = Node<Record<string, never>, "frame">;
export type NoteNode = Node<{ note: Note }, "note">;
export type CanvasNode = CardNode | FrameNode | NoteNode;
export interface WireData extends Record<string, unknown> {
  wire: Wire;
  /** Whether an end is being dragged, so that Python's way no longer fits. */
  loose: boolean;
  /** What would become of it after a change that is pointed at. */
  preview: PreviewedWire | null;
  /** Whether what is wrong with it would be right then. */
  mended: boolean;
  /** What is wrong with the card that it leads to, where the wire is marked as wrong. */
  says: string | null;
}
export type WireEdge = Edge<WireData, "wire">;

export type Places = ReadonlyMap<string, { x: number; y: number }>;

export interface ViewState {
  selected: ReadonlySet<string>;
  dragging: Places;
  target: string | null;
  /** The card that Tab stops at. */
  stop: string | null;
  preview: Preview | null;
}

type Remembered<Item> = { parts: readonly unknown[]; made: Item };

/** Makes items once for each set of parts: a key whose parts are all the same gets the item that it had. */
export class Remembering<Item> {
  private known = new Map<string, Remembered<Item>>();

  all<Key>(keys: readonly Key[], id: (key: Key) => string, parts: (key: Key) => readonly unknown[], make: (key: Key) => Item): Item[] {
    const next = new Map<string, Remembered<Item>>();
    const items = keys.map((key) => {
      const name = id(key);
      const now = parts(key);
      const before = this.known.get(name);
      const same = before !== undefined && before.parts.every((part, index) => part === now[index]);
      const kept = same ? before : { parts: now, made: make(key) };
      next.set(name, kept);
      return kept.made;
    });
    this.known = next;
    return items;
  }
}

export function cardNodes(graph: Graph, view: ViewState, remembering: Remembering<CardNode>): CardNode[] {
  const cards = graph.order.map((id) => graph.cards.get(id)).filter((card) => card !== undefined);
  return remembering.all(
    cards,
    (card) => card.id,
    (card) => [card, graph.places.get(card.id), view.dragging.get(card.id), view.selected.has(card.id), view.target === card.id, view.stop === card.id, previewOf(view.preview, card.id)],
    (card) => cardNode(card, view.dragging.get(card.id) ?? corner(graph.places.get(card.id)), view),
  );
}

function previewOf(preview: Preview | null, id: string): CardData["preview"] {
  return preview === null ? null : preview.gone.includes(id) ? "gone" : (preview.cards[id] ?? null);
}

const corner = (place: Point | undefined): { x: number; y: number } => ({ x: place?.[0] ?? 0, y: place?.[1] ?? 0 });

function cardNode(card: Card, position: { x: number; y: number }, view: ViewState): CardNode {
  return {
    id: card.id,
    type: "card",
    position,
    selected: view.selected.has(card.id),
    // Sizes and ports are given, not measured: a state from Python that comes while React Flow measures would lose them.
    width: CARD_WIDTH,
    height: CARD_HEIGHT,
    measured: { width: CARD_WIDTH, height: CARD_HEIGHT },
    handles: ports(card.ports),
    data: { card, target: view.target === card.id, preview: previewOf(view.preview, card.id) },
    ariaLabel: heard(card),
    domAttributes: { tabIndex: view.stop === card.id ? 0 : -1, "aria-roledescription": words.canvas.cardRole },
  };
}

/** What is read out of a card: all that stands on it. */
export function heard(card: Card): string {
  const { canvas } = words;
  const marks = [
    card.fold === null ? "" : canvas.layersInside(card.fold.nodes.length), card.frozen ? canvas.frozen : "", card.bypassed ? canvas.bypassed : "",
    card.uses > 1 ? canvas.shared(card.uses) : "", card.output ? canvas.isOutput : "",
  ];
  const shape = card.state === "wrong" ? "" : canvas.outputShape(shapeText(card.shape));
  const title = card.title === card.layer ? card.title : `${card.title} ${card.layer}`;
  return [title, card.line, shape, ...marks, card.says ?? canvas.states[card.state]].filter((part) => part !== "").join(", ");
}

function ports(count: number): NodeHandle[] {
  const size = { width: PORT, height: PORT };
  const inputs = Array.from({ length: count }, (_, index) => ({
    ...size, id: String(index), type: "target" as const, position: Position.Top, x: (CARD_WIDTH * (index + 1)) / (count + 1) - PORT / 2, y: -PORT / 2,
  }));
  const whole = { id: WHOLE_CARD, type: "target" as const, position: Position.Top, x: 0, y: 0, width: CARD_WIDTH, height: CARD_HEIGHT };
  return [...inputs, whole, { ...size, type: "source", position: Position.Bottom, x: (CARD_WIDTH - PORT) / 2, y: CARD_HEIGHT - PORT / 2 }];
}

export function frameNodes(frames: readonly Frame[]): FrameNode[] {
  return frames.flatMap((frame) => {
    const boxes: (readonly number[])[] = [[frame.x, frame.y, frame.width, frame.height], ...frame.more];
    return boxes.map(([x = 0, y = 0, width = 0, height = 0], number) => ({
      id: number === 0 ? `frame ${frame.id}` : `frame ${frame.id} ${number}`,
      type: "frame" as const,
      position: { x, y },
      width,
      height,
      measured: { width, height },
      data: {},
      draggable: false,
      selectable: false,
      focusable: false,
      zIndex: -2,
      // What lies behind it takes the mouse: React Flow gives nodes all of it as soon as clicks on nodes are listened to.
      style: { pointerEvents: "none" as const },
    }));
  });
}

export function noteNodes(notes: readonly Note[], dragging: Places): NoteNode[] {
  return notes.map((note) => ({
    id: `note ${note.id}`,
    type: "note",
    position: dragging.get(`note ${note.id}`) ?? { x: note.x, y: note.y },
    width: note.width,
    height: note.height,
    measured: { width: note.width, height: note.height },
    data: { note },
    selectable: false,
    focusable: false,
    zIndex: -1,
    ariaLabel: words.canvas.note,
  }));
}

export function wireEdges(graph: Graph, chosen: ReadonlySet<string>, dragging: Places, preview: Preview | null, remembering: Remembering<WireEdge>): WireEdge[] {
  const loose = (wire: Wire) => dragging.has(wire.source) || dragging.has(wire.target);
  const name = (id: string) => graph.cards.get(id)?.layer ?? id;
  const says = (wire: Wire) => (wire.wrong ? (graph.cards.get(wire.target)?.says ?? null) : null);
  const mended = (wire: Wire) => wire.wrong && preview?.cards[wire.target]?.state === "ok";
  return remembering.all(
    [...graph.wires.values()],
    (wire) => wire.id,
    (wire) => [wire, chosen.has(wire.id), loose(wire), preview?.wires[wire.id], mended(wire), says(wire)],
    (wire) => ({
      id: wire.id,
      type: "wire" as const,
      source: wire.source,
      target: wire.target,
      targetHandle: String(wire.index),
      selected: chosen.has(wire.id),
      data: { wire, loose: loose(wire), preview: preview?.wires[wire.id] ?? null, mended: mended(wire), says: says(wire) },
      ariaLabel: [words.canvas.wire(name(wire.source), name(wire.target)), says(wire)].filter((part) => part !== null).join(": "),
      interactionWidth: 20,
      domAttributes: { tabIndex: -1, "aria-roledescription": words.canvas.wireRole },
    }),
  );
}

/** The cards a keyboard connection from `source` may go to, in reading order: by columns, then down. */
export function targetsFrom(graph: Graph, source: string): string[] {
  return graph.order.filter((id) => id !== source && graph.cards.get(id)?.inputs !== 0);
}

/** The first free input of a card: the next one of a merge, the only one of the rest. */
export function freeIndex(graph: Graph, target: string): number {
  if (graph.cards.get(target)?.inputs !== "many") return 0;
  const used = new Set([...graph.wires.values()].filter((wire) => wire.target === target).map((wire) => wire.index));
  let index = 0;
  while (used.has(index)) index += 1;
  return index;
}

/** The card after which a new layer goes: the one chosen, else the last that nothing follows. */
export function endOf(graph: Graph, selected: ReadonlySet<string>): string | null {
  const chosen = graph.order.filter((id) => selected.has(id));
  if (chosen.length > 0) return chosen[chosen.length - 1] ?? null;
  const followed = new Set([...graph.wires.values()].map((wire) => wire.source));
  const ends = graph.order.filter((id) => !followed.has(id));
  return ends[ends.length - 1] ?? null;
}
