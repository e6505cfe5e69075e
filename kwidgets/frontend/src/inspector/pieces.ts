// A sentence of Python's in pieces: code between backticks, names of layers between quotes, and the rest.
export type Piece = { kind: "text" | "code"; text: string } | { kind: "layer"; text: string; card: string };

const MARKED = /`([^`]+)`|'([^']+)'/g;

/** cards: the card of each layer, by the layer's name. */
export function pieces(sentence: string, cards: ReadonlyMap<string, string>): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of sentence.matchAll(MARKED)) {
    const [whole, code, name] = match;
    const card = name === undefined ? undefined : cards.get(name);
    if (code === undefined && card === undefined) continue;
    if (match.index > from) found.push({ kind: "text", text: sentence.slice(from, match.index) });
    found.push(code !== undefined ? { kind: "code", text: code } : { kind: "layer", text: name ?? "", card: card ?? "" });
    from = match.index + whole.length;
  }
  if (from < sentence.length) found.push({ kind: "text", text: sentence.slice(from) });
  return found;
}
