// A layer on the canvas: its family's sign, class, the settings that matter, output shape; and what is wrong.
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { shapeText } from "../shared/figures";
import { Glyph } from "../shared/Icon";
import type { Card } from "../shared/messages";
import { words } from "../shared/words";
import { type CardData, type CardNode, WHOLE_CARD } from "./flow";
import { useSignals } from "./SignalsContext";

export const CardView = memo(function CardView({ data, selected }: NodeProps<CardNode>) {
  const { target, preview } = data;
  const card = previewed(data.card, preview);
  return (
    <div className={classes(card, selected, target, preview)} data-preview={preview === null ? undefined : preview === "gone" ? "gone" : "changed"} data-testid={`kw-node-${card.id}`} data-state={card.state} title={tooltip(card)}>
      {Array.from({ length: card.ports }, (_, index) => (
        <Handle
          key={index} id={String(index)} type="target" position={Position.Top} className="kw-port" role="img"
          style={{ left: `${((index + 1) * 100) / (card.ports + 1)}%` }} aria-label={words.canvas.input(index + 1, card.layer)}
        />
      ))}
      {card.inputs !== 0 && <Handle id={WHOLE_CARD} type="target" position={Position.Top} className="kw-port-card" isConnectableStart={false} aria-hidden="true" />}
      <Glyph family={card.family} size={26} />
      <div className="kw-card-text">
        <div className="kw-card-title">{card.title}</div>
        <Line card={card} />
        <div className="kw-card-shape" data-testid="kw-node-shape">
          {card.state === "wrong" ? "?" : shapeText(card.shape)}
        </div>
      </div>
      <Badges card={card} />
      <Handle type="source" position={Position.Bottom} className="kw-port" role="img" aria-label={words.canvas.output(card.layer)} />
    </div>
  );
});

function Line({ card }: { card: Card }) {
  const text = card.state === "ok" ? card.line : (card.short ?? card.says ?? card.line);
  return text === "" ? null : <div className="kw-card-line">{text}</div>;
}

function Badges({ card }: { card: Card }) {
  const { canvas } = words;
  const { cards, notice } = useSignals();
  const signal = cards[card.id];
  return (
    <>
      {card.fold !== null && card.fold.times > 1 && <span className="kw-badge kw-badge-times">{canvas.times(card.fold.times)}</span>}
      <span className="kw-badges">
        {card.uses > 1 && <span className="kw-badge">{canvas.shared(card.uses)}</span>}
        {card.frozen && <span className="kw-badge">{canvas.frozen}</span>}
        {card.bypassed && <span className="kw-badge">{canvas.bypassed}</span>}
        {signal !== undefined && signal.sign !== null && (
          <button
            type="button" className={`kw-badge kw-badge-signal kw-badge-${signal.sign} nodrag nopan`} data-testid="kw-signal" title={signal.says ?? undefined}
            onClick={(event) => { event.stopPropagation(); notice({ id: card.id, above: isLow(event.currentTarget) }); }}
          >
            {words.inside.signs[signal.sign](signal.dead, signal.units)}
          </button>
        )}
        {card.state === "wrong" && <span className="kw-badge kw-badge-wrong">!</span>}
      </span>
    </>
  );
}

/** Whether a part of a card stands in the lower half of the canvas. */
function isLow(part: Element): boolean {
  const canvas = part.closest(".kw-canvas")?.getBoundingClientRect();
  return canvas !== undefined && part.getBoundingClientRect().top > canvas.top + canvas.height / 2;
}

/** The card as it would be after a change that is pointed at. */
function previewed(card: Card, preview: CardData["preview"]): Card {
  if (preview === null || preview === "gone") return card;
  return { ...card, ...preview, says: preview.state === "ok" ? null : preview.line, short: null };
}

function classes(card: Card, selected: boolean, target: boolean, preview: CardData["preview"]): string {
  const marks = {
    "kw-card-previewed": preview !== null && preview !== "gone", "kw-card-gone": preview === "gone",
    "kw-card-selected": selected, "kw-card-target": target, "kw-card-stack": card.opens, "kw-card-bypassed": card.bypassed,
    "kw-card-frozen": card.frozen,
  };
  const set = Object.entries(marks).filter(([, on]) => on).map(([name]) => name);
  return ["kw-card", `kw-card-${card.state}`, ...set].join(" ");
}

/** What may be cut on the card, whole. */
function tooltip(card: Card): string {
  const lines = [`${card.title} ${card.layer}`, card.line, card.says ?? "", card.closed ?? "", card.fold !== null ? words.canvas.holds(card.fold.nodes.length) : card.opens ? words.canvas.opens : ""];
  return lines.filter((line) => line !== "").join("\n");
}
