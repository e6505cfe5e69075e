// The right column: the chosen card's settings, what several have in common, or the model itself; below it the outline.
import { type ReactNode, useCallback, useState, useSyncExternalStore } from "react";
import { type Offered, useBuilder } from "../frame/BuilderContext";
import { useAsk, useGraph, useShared } from "../shared/context";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import { FoldPage } from "./FoldPage";
import { InspectorContext, useInspectorShared } from "./InspectorContext";
import { LayerPage } from "./LayerPage";
import { ModelPage } from "./ModelPage";
import { NewModelPage } from "./NewModelPage";
import { OfferPage } from "./OfferPage";
import { Outline } from "./Outline";
import { SeveralPage } from "./SeveralPage";
import { cardsOf } from "./shares";
import "./inspector.css";

interface Props {
  /** Whether it is a sheet at the bottom; where it is left out, the width of the builder decides. */
  sheet?: boolean;
  /** Closes the sheet. */
  close?: () => void;
  /** What the search box would add, while it is open. */
  offered?: Offered | null;
  onFind: () => void;
  /** Begins a wire out of a card on the canvas. */
  onConnect: (id: string) => void;
}

export function Inspector({ sheet: asked, close, offered = null, onFind, onConnect }: Props) {
  const narrow = useNarrow();
  const sheet = asked ?? narrow;
  const graph = useGraph();
  const { selected } = useBuilder();
  const shared = useInspectorShared(onConnect, onFind);
  const [tall, setTall] = useState(false);
  const chosen = cardsOf(graph).filter((card) => selected.has(card.id));
  if (sheet && chosen.length === 0) return null;
  const classes = ["kw-inspector", sheet && "kw-inspector-sheet", sheet && !tall && "kw-inspector-brief"].filter(Boolean).join(" ");
  return (
    <InspectorContext.Provider value={shared}>
      <div role="group" className={classes} aria-label={words.inspector.label}>
        {sheet && <Grip tall={tall} setTall={setTall} close={close} />}
        <div className="kw-inspector-page" tabIndex={-1}>
          <Locked />
          {offered === null || offered.row.go !== null ? <Page chosen={chosen} empty={graph.cards.size === 0} sheet={sheet} /> : <OfferPage offered={offered} />}
        </div>
        {graph.cards.size > 0 && <Outline several={chosen.length > 1} />}
      </div>
    </InspectorContext.Provider>
  );
}

/** Below this width of the builder, in px, the inspector is a sheet. */
const NARROW = 900;

function useNarrow(): boolean {
  const { root } = useShared();
  const subscribe = useCallback(
    (changed: () => void) => {
      const element = root();
      if (element === null) return () => undefined;
      const observer = new ResizeObserver(changed);
      observer.observe(element);
      return () => observer.disconnect();
    },
    [root],
  );
  return useSyncExternalStore(subscribe, () => (root()?.clientWidth ?? NARROW) < NARROW);
}

function Page({ chosen, empty, sheet }: { chosen: ReturnType<typeof cardsOf>; empty: boolean; sheet: boolean }): ReactNode {
  const [card] = chosen;
  if (empty) return <NewModelPage />;
  if (card === undefined) return <ModelPage />;
  if (chosen.length > 1) return <SeveralPage cards={chosen} />;
  if (card.fold !== null) return <FoldPage card={card} fold={card.fold} sheet={sheet} />;
  return <LayerPage card={card} sheet={sheet} />;
}

/** While it trains nothing can be set; one line says so, with the way out. */
function Locked() {
  const { locked } = useGraph().head;
  const { ask } = useAsk();
  if (locked === null) return null;
  return (
    <div className="kw-box kw-row" title={locked}>
      <Icon name="lock" />
      <span className="kw-grow">{words.inspector.locked}</span>
      <button type="button" className="kw-button kw-button-small" onClick={() => void ask("stop")}>{words.inspector.stop}</button>
    </div>
  );
}

const FAR = 24;

/** The grip of the sheet: a click or a pull shows more or less, pulled down once more it closes. */
function Grip({ tall, setTall, close }: { tall: boolean; setTall: (tall: boolean) => void; close?: () => void }) {
  const [from, setFrom] = useState<number | null>(null);
  const release = (y: number) => {
    const pulled = from === null ? 0 : y - from;
    setFrom(null);
    if (Math.abs(pulled) < FAR) return setTall(!tall);
    if (pulled < 0) return setTall(true);
    return tall ? setTall(false) : close?.();
  };
  return (
    <div className="kw-sheet-top">
      <button
        type="button" className="kw-sheet-grip" aria-label={words.inspector.sheet.grip} title={words.inspector.sheet.grip} aria-expanded={tall}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(event.clientY);
        }}
        onPointerUp={(event) => release(event.clientY)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          setTall(!tall);
        }}
      />
      {close !== undefined && (
        <button type="button" className="kw-icon-button kw-sheet-close" aria-label={words.inspector.sheet.close} title={words.inspector.sheet.close} onClick={close}>
          <Icon name="close" size={16} />
        </button>
      )}
    </div>
  );
}
