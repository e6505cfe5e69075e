// The signal behind every card, for wires and cards: which is asked for, and the choice of it.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { useAsked, useLooking } from "../inspector/inside/useInside";
import { Segments } from "../pages/Segments";
import { useGraph, useTrait } from "../shared/context";
import { shareText } from "../shared/figures";
import { words } from "../shared/words";
import { SignalNotice } from "./SignalNotice";
import { type CardSignals, largestOf, WIRE_MODES, type WireMode } from "./signals";

export interface Noticed {
  id: string;
  above: boolean;
}

interface Signals {
  mode: WireMode;
  cards: CardSignals;
  largest: number;
  cost: number | null;
  /** Tell of what is wrong with a card, or of none; above or below on the canvas, where the card is not. */
  notice: (noticed: Noticed | null) => void;
}

const NONE: Signals = { mode: "plain", cards: {}, largest: 0, cost: null, notice: () => undefined };
const SignalsContext = createContext<Signals>(NONE);

export const useSignals = (): Signals => useContext(SignalsContext);

/** Until somebody chooses, wires are plain before a training, and show the signal from then on. */
export function useWireMode(): [mode: WireMode, choose: (mode: WireMode) => void] {
  const [{ wires }, look] = useLooking();
  const { state, weights_from: from } = useTrait("run");
  return [wires ?? (state === "idle" && from === null ? "plain" : "forward"), (mode) => look({ wires: mode })];
}

export function SignalsProvider({ children }: { children: ReactNode }) {
  const [mode] = useWireMode();
  const { answer } = useAsked("signals", mode === "plain" ? null : { gradient: true }, mode === "plain" ? "plain" : "signals");
  const [noticed, notice] = useState<Noticed | null>(null);
  const signals = useMemo((): Signals => {
    if (mode === "plain" || answer === null) return { ...NONE, mode, notice };
    return { mode, cards: answer.cards, largest: largestOf(answer.cards, mode), cost: answer.cost, notice };
  }, [mode, answer]);
  const signal = noticed === null ? undefined : signals.cards[noticed.id];
  return (
    <SignalsContext.Provider value={signals}>
      {children}
      {noticed !== null && signal !== undefined && signal.sign !== null && <SignalNotice key={noticed.id} {...noticed} signal={signal} close={() => notice(null)} />}
    </SignalsContext.Provider>
  );
}

/** What the wires show, and what looking costs while it trains. */
export function WireBar() {
  const [mode, choose] = useWireMode();
  const { cost } = useSignals();
  const { order } = useGraph();
  const { state, weights_from: from } = useTrait("run");
  if (order.length < 2 || (state === "idle" && from === null)) return null;
  return (
    <div className="kw-wire-bar" title={words.inside.wiresHelp} data-testid="kw-wire-bar">
      <span className="kw-soft kw-second">{words.inside.wires}</span>
      <Segments label={words.inside.wiresHelp} names={WIRE_MODES} titles={words.inside.wireModes} chosen={mode} choose={choose} />
      {cost !== null && <span className="kw-soft kw-second" data-testid="kw-inside-cost" title={words.inside.costHelp}>{words.inside.cost(shareText(cost))}</span>}
    </div>
  );
}
