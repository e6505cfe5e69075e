// Where a model's parameters are, card by card.
import type { Graph } from "../shared/graph";
import { sharedKey } from "../shared/ids";
import type { Card } from "../shared/messages";

export interface Share {
  card: Card;
  parameters: number;
  /** Of all parameters of the model, 0 to 1. */
  share: number;
}

/** The cards in reading order. */
export function cardsOf(graph: Graph): Card[] {
  return graph.order.map((id) => graph.cards.get(id)).filter((card) => card !== undefined);
}

/** The cards with the most parameters, at most `most`, in reading order; a layer that is used twice counts once. */
export function largestShares(graph: Graph, most: number): Share[] {
  const counted = firstUses(cardsOf(graph)).filter((card) => card.parameters > 0);
  const total = graph.head.totals.parameters;
  const largest = new Set([...counted].sort((one, other) => other.parameters - one.parameters).slice(0, most));
  return counted.filter((card) => largest.has(card)).map((card) => ({ card, parameters: card.parameters, share: shareOf(card.parameters, total) }));
}

/** How many cards have parameters. */
export function countWithParameters(graph: Graph): number {
  return firstUses(cardsOf(graph)).filter((card) => card.parameters > 0).length;
}

export function shareOf(parameters: number, total: number): number {
  return total > 0 ? parameters / total : 0;
}

/** The first card of each layer. */
function firstUses(cards: readonly Card[]): Card[] {
  const seen = new Set<string>();
  return cards.filter((card) => {
    const name = card.fold === null ? sharedKey(card.id) : card.id;
    const first = !seen.has(name);
    seen.add(name);
    return first;
  });
}
