// A wire drawn to a card whose input is taken: Python tells what it may become, and a menu asks.
import { useCallback, useState } from "react";
import { useMaking } from "../frame/useMaking";
import { isRefusal } from "../shared/connection";
import { useAsk } from "../shared/context";
import type { JoinsAnswer } from "../shared/messages";

interface At {
  x: number;
  y: number;
}

export interface JoinOffer extends JoinsAnswer {
  at: At;
  source: string;
  target: string;
}

export interface Joining {
  offer: JoinOffer | null;
  /** Draws a wire, or asks what to make of it. at: where on the page; index: the input that is meant. */
  join: (source: string, target: string, index: number | null, at: At) => Promise<void>;
  /** merge: the class that joins both wires; null: the new wire takes the place of the old one. */
  choose: (merge: string | null) => void;
  close: () => void;
}

export function useJoining(): Joining {
  const { ask } = useAsk();
  const make = useMaking();
  const [offer, setOffer] = useState<JoinOffer | null>(null);
  const join = useCallback<Joining["join"]>(
    async (source, target, index, at) => {
      const answer = await ask("joins", { source, target });
      if (isRefusal(answer)) return;
      if (answer.joins.length === 0) await ask("connect", { source, target, index });
      else setOffer({ joins: answer.joins, taken: answer.taken, at, source, target });
    },
    [ask],
  );
  const choose = useCallback(
    (merge: string | null) => {
      setOffer(null);
      if (offer === null) return;
      const { source, target } = offer;
      if (merge === null) return void ask("connect", { source, target, index: 0 });
      void make("connect_or_merge", { source, target, merge });
    },
    [ask, make, offer],
  );
  return { offer, join, choose, close: useCallback(() => setOffer(null), []) };
}
