// The layers in order, beside the text: choosing one marks its lines, and the other way round.
import { memo, useEffect, useRef } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { useGraph } from "../../shared/context";
import { shapeText } from "../../shared/figures";
import { Glyph } from "../../shared/Icon";
import type { Card } from "../../shared/messages";
import { words } from "../../shared/words";

export function LayerStrip({ chosen }: { chosen: (id: string) => void }) {
  const { cards, order } = useGraph();
  const { selected, show } = useBuilder();
  const list = useRef<HTMLUListElement>(null);
  const first = order.find((id) => selected.has(id));
  useEffect(() => {
    list.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest" });
  }, [first]);
  return (
    <section role="group" className="kw-code-layers" aria-label={words.code.layers}>
      {order.length === 0 && <p className="kw-soft kw-second">{words.code.noLayers}</p>}
      <ul ref={list}>
        {order.map((id) => {
          const card = cards.get(id);
          return card === undefined ? null : <Layer key={id} card={card} selected={selected.has(id)} choose={chosen} show={show} />;
        })}
      </ul>
    </section>
  );
}

interface LayerProps {
  card: Card;
  selected: boolean;
  choose: (id: string) => void;
  show: (id: string) => void;
}

const Layer = memo(function Layer({ card, selected, choose, show }: LayerProps) {
  return (
    <li>
      <button
        type="button" className={`kw-code-layer kw-code-layer-${card.state}`} aria-pressed={selected} title={card.says ?? words.code.showOnCanvas}
        onClick={() => choose(card.id)} onDoubleClick={() => show(card.id)}
      >
        <Glyph family={card.family} size={24} />
        <span className="kw-code-layer-words">
          <span className="kw-code-layer-title kw-ellipsis">{card.title}</span>
          <span className="kw-soft kw-second kw-ellipsis">{card.line}</span>
          <span className="kw-soft kw-mono kw-ellipsis">{shapeText(card.shape)}</span>
        </span>
      </button>
    </li>
  );
});
