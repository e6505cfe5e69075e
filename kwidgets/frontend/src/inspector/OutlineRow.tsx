// One row of the outline: a card with its state, a wire's other end, a way to connect, or an opened fold.
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { shapeText, fieldText } from "../shared/figures";
import { useAsk, useGraph } from "../shared/context";
import { Icon } from "../shared/Icon";
import type { Card } from "../shared/messages";
import { words } from "../shared/words";
import { useInspector, useLocked } from "./InspectorContext";
import { NameEditor } from "./NameEditor";
import { type CardRow, type ConnectRow, isFold, legalTargets, type Row, type Target, type WireRow } from "./outlineRows";
import type { OutlineState } from "./useOutlineKeys";

interface Props {
  row: Row;
  active: boolean;
  chosen: boolean;
  editing: boolean;
  state: OutlineState;
}

export function OutlineRow({ row, active, chosen, editing, state }: Props) {
  const { setActive, toggle } = state;
  const { show } = useBuilder();
  const clicked = (event: MouseEvent) => {
    setActive(row.key);
    if (row.kind === "card") {
      if (event.ctrlKey || event.metaKey || event.shiftKey) toggle(row.card.id);
      else show(row.card.id);
    } else if (row.kind === "inside") state.open(row, true);
  };
  return (
    <li
      role="treeitem" data-key={row.key} tabIndex={active ? 0 : -1} aria-level={row.level} aria-posinset={row.position} aria-setsize={row.siblings}
      aria-expanded={row.open ?? undefined} aria-selected={row.kind === "card" ? chosen : undefined} aria-label={labelOf(row)}
      className={`kw-tree-row kw-tree-${row.kind}`} style={{ paddingInlineStart: `calc(${row.level - 1} * 20px)` }}
      onClick={clicked} onDoubleClick={() => row.kind === "card" && !isFold(row.card) && state.setEditing(row.key)}
    >
      <Twisty row={row} open={state.open} />
      {row.kind === "card" && <CardLine row={row} chosen={chosen} editing={editing} state={state} />}
      {row.kind === "frame" && <span className="kw-strong kw-ellipsis">{words.inspector.outline.frame(row.frame.title, row.frame.times)}</span>}
      {(row.kind === "from" || row.kind === "to") && <WireLine row={row} />}
      {row.kind === "inside" && <span className="kw-soft">{words.inspector.outline.layersInside}</span>}
      {row.kind === "connect" && <ConnectLine row={row} />}
    </li>
  );
}

function labelOf(row: Row): string | undefined {
  const { outline } = words.inspector;
  if (row.kind === "frame") return outline.frame(row.frame.title, row.frame.times);
  if (row.kind === "card") return outline.card(row.card.title, secondName(row.card), shapeText(row.card.shape), notesOf(row.card));
  if (row.kind === "inside") return outline.layersInside;
  if (row.kind === "connect") return undefined;
  return `${wireText(row)} ${shapeOf(row)}`;
}

/** What stands after a card's title: its own name, or how often a fold repeats. */
function secondName(card: Card): string {
  if (!isFold(card)) return card.layer;
  return card.fold !== null && card.fold.times > 1 ? words.inspector.outline.times(card.fold.times) : "";
}

/** The shape that a wire carries. */
function shapeOf({ kind, card, other }: WireRow): string {
  return shapeText(kind === "from" ? other.shape : card.shape);
}

function wireText({ kind, wire, other }: WireRow): string {
  const { from, to } = words.inspector.outline;
  return kind === "from" ? from(other.layer) : to(other.layer, other.inputs === "many" ? wire.index : null);
}

function notesOf(card: Card): string[] {
  const { states, frozen, bypassed, output } = words.inspector;
  const state = card.state === "ok" ? [] : [card.says ?? states[card.state]];
  return [...state, ...(card.output ? [output] : []), ...(card.frozen ? [frozen] : []), ...(card.bypassed ? [bypassed] : [])];
}

/** The triangle of a row that has something under it; a click on it opens, and does not choose. */
function Twisty({ row, open }: { row: Row; open: OutlineState["open"] }): ReactNode {
  if (row.open === null) return <span className="kw-twisty" />;
  const click = (event: MouseEvent) => {
    event.stopPropagation();
    open(row, !row.open);
  };
  return <span className="kw-twisty" aria-hidden="true" data-open={row.open} title={row.open ? words.inspector.outline.close : words.inspector.outline.open} onClick={click} />;
}

function CardLine({ row: { card }, chosen, editing, state }: { row: CardRow; chosen: boolean; editing: boolean; state: OutlineState }) {
  const { rename } = useInspector();
  const locked = useLocked();
  const check = (event: MouseEvent) => {
    event.stopPropagation();
    state.setActive(card.id);
    state.toggle(card.id);
  };
  return (
    <>
      <span className="kw-tree-box" data-chosen={chosen} aria-hidden="true" title={words.inspector.outline.choice(chosen)} onClick={check}>
        <svg viewBox="0 0 12 12" width="10" height="10" className="kw-line-icon"><path d="M2 6.5L5 9.5 10 3" /></svg>
      </span>
      <span className={`kw-tree-title ${chosen ? "kw-strong" : ""}`}>{card.title}</span>{" "}
      {!isFold(card) && (
        <NameEditor
          key={card.layer} name={card.layer} of={`outline ${card.id}`} label={words.inspector.nameLabel(card.title)} send={(name) => rename(card, fieldText(name))} disabled={locked}
          editing={editing} setEditing={(on) => state.setEditing(on ? card.id : null)} className="kw-soft" inTree
        />
      )}
      {isFold(card) && secondName(card) !== "" && <span className="kw-count">{secondName(card)}</span>}{" "}
      <span className="kw-grow" />
      <StateSign card={card} />
      <span className="kw-soft kw-tree-shape">{shapeText(card.shape)}</span>
    </>
  );
}

/** Told by form as well as colour: a filled mark is wrong, an open one waits. */
function StateSign({ card }: { card: Card }): ReactNode {
  const notes = notesOf(card);
  if (notes.length === 0) return null;
  const { frozen, bypassed } = card;
  if (card.state === "ok" && !frozen && !bypassed) return null;
  const kind = card.state !== "ok" ? card.state : frozen ? "frozen" : "bypassed";
  return <span className={`kw-tree-state kw-tree-state-${kind}`} title={notes.join(", ")}>{kind === "frozen" ? <Icon name="lock" size={13} /> : null}</span>;
}

function WireLine({ row }: { row: WireRow }) {
  const { ask } = useAsk();
  const { show } = useBuilder();
  const locked = useLocked();
  const { card, other, kind, wire } = row;
  const cut = words.inspector.outline.cut(kind === "from" ? other.layer : card.layer, kind === "from" ? card.layer : other.layer);
  return (
    <>
      <button type="button" className="kw-tree-wire kw-ellipsis" tabIndex={-1} onClick={() => show(other.id)}>{wireText(row)}</button>{" "}
      <span className="kw-grow" />
      <span className="kw-soft kw-tree-shape">{shapeOf(row)}</span>
      <button type="button" className="kw-icon-button kw-tree-cut" tabIndex={-1} aria-label={cut} title={cut} disabled={locked} onClick={() => void ask("disconnect", { wires: [wire.id] })}>
        <Icon name="close" size={12} />
      </button>
    </>
  );
}

function ConnectLine({ row: { key, card } }: { row: ConnectRow }) {
  const graph = useGraph();
  const { ask } = useAsk();
  const locked = useLocked();
  const targets = legalTargets(graph, card.id);
  const { connect, connectLabel, choose, noTarget } = words.inspector.outline;
  const chosen = (id: string) => {
    const target = targets.find((one) => one.card.id === id);
    if (target !== undefined) void ask("connect", { source: card.id, target: id, index: target.index });
  };
  // Esc goes back from the choice to its row.
  const keyDown = (event: KeyboardEvent<HTMLSelectElement>) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.currentTarget.closest<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  };
  return (
    <>
      <span className="kw-soft">{connect}</span>
      <select
        className="kw-select kw-tree-select" tabIndex={-1} aria-label={connectLabel(card.layer)} disabled={locked || targets.length === 0} value=""
        onChange={(event) => chosen(event.target.value)} onKeyDown={keyDown}
      >
        <option value="">{targets.length === 0 ? noTarget : choose}</option>
        {targets.map((target) => (
          <option key={target.card.id} value={target.card.id}>{targetText(target)}</option>
        ))}
      </select>
    </>
  );
}

function targetText({ card, instead, more }: Target): string {
  const { more: oneMore, instead: insteadOf } = words.inspector.outline;
  if (instead !== null) return insteadOf(card.layer, instead.layer);
  return more ? oneMore(card.layer) : card.layer;
}
