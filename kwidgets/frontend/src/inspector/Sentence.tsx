// A sentence of Python's: code as code, names of layers as links to their cards.
import { useMemo } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useGraph } from "../shared/context";
import { isInside } from "../shared/ids";
import type { Card } from "../shared/messages";
import { words } from "../shared/words";
import { pieces } from "./pieces";

/** The card of each name; of the same name inside a block and outside the one outside is meant. */
function layersByName(cards: readonly Card[]): Map<string, string> {
  const outermostLast = [...cards].sort((one, other) => Number(isInside(other.id)) - Number(isInside(one.id)));
  return new Map(outermostLast.map((card) => [card.layer, card.id]));
}

/** plain: names of layers stand as words, where a link would get in the way of a button. */
export function Sentence({ text, plain = false }: { text: string; plain?: boolean }) {
  const { cards } = useGraph();
  const { show } = useBuilder();
  const byLayer = useMemo(() => layersByName([...cards.values()]), [cards]);
  return pieces(text, byLayer).map((piece, index) => {
    if (piece.kind !== "layer") return piece.kind === "code" ? <code key={index}>{piece.text}</code> : <span key={index}>{piece.text}</span>;
    if (plain) return <span key={index}>{piece.text}</span>;
    return (
      <button key={index} type="button" className="kw-sentence-link" title={words.inspector.goTo(piece.text)} onClick={() => show(piece.card)}>
        {piece.text}
      </button>
    );
  });
}
