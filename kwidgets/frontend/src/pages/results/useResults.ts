// The results that are looked at: asked for again until all samples are predicted, and when the model is another one.
import { useEffect, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useShared } from "../../shared/context";
import type { Refusal, ResultsAnswer, ResultSetName } from "../../shared/messages";

/** How soon the page asks for more samples, in ms. */
const SOON = 250;

export interface Wanted {
  of: ResultSetName | null;
  output: string | null;
}

export interface Looked {
  answer: ResultsAnswer | null;
  refusal: Refusal | null;
}

/** watch: a text that changes when the model is another one. times: how often "Look again" was pressed. */
export function useResults({ of, output }: Wanted, watch: string, times: number): Looked {
  const { connection } = useShared();
  const [looked, setLooked] = useState<Looked>({ answer: null, refusal: null });
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const reply = await connection.ask("results", { of, output, times });
      if (!wanted) return;
      if (isRefusal(reply)) return setLooked({ answer: null, refusal: reply });
      setLooked({ answer: reply, refusal: null });
      if (!reply.whole) timer = setTimeout(() => void ask(), SOON);
    };
    void ask();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [connection, of, output, watch, times]);
  return looked;
}
