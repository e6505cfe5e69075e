// Sends what was given by hand and keeps what the model made of it; of several that are under way the last one counts.
import { useCallback, useRef, useState } from "react";
import { type Accepted, isRefusal } from "../../shared/connection";
import { useShared } from "../../shared/context";
import type { Refusal, TrySample } from "../../shared/messages";

export interface Trying {
  found: Accepted<"result_try"> | null;
  refusal: Refusal | null;
  send: (sample: TrySample, bytes?: ArrayBuffer) => void;
  clear: () => void;
  /** Say why nothing could be sent. */
  refuse: (refused: string) => void;
}

export function useTrying(): Trying {
  const { connection } = useShared();
  const [state, setState] = useState<Pick<Trying, "found" | "refusal">>({ found: null, refusal: null });
  const last = useRef(0);
  const send = useCallback(
    (sample: TrySample, bytes?: ArrayBuffer) => {
      const number = ++last.current;
      void connection.askWith("result_try", sample, bytes === undefined ? [] : [bytes]).then((reply) => {
        if (number !== last.current) return;
        setState(isRefusal(reply) ? { found: null, refusal: reply } : { found: reply, refusal: null });
      });
    },
    [connection],
  );
  const clear = useCallback(() => {
    last.current += 1;
    setState({ found: null, refusal: null });
  }, []);
  const refuse = useCallback((refused: string) => setState({ found: null, refusal: { refused } }), []);
  return { ...state, send, clear, refuse };
}
