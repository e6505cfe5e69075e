// Facts of a chosen array, asked for again when it was read again; what was known stays until then.
import { useEffect, useState } from "react";
import { useAnswer } from "../../shared/context";
import type { ArrayEntry, ArrayFacts } from "../../shared/messages";

/** times: how often "Read again" was pressed. Null while nothing is known, or for no array. */
export function useFacts(array: ArrayEntry | null, source: string | null, times: number): ArrayFacts | null {
  const answer = useAnswer("array_facts", array === null ? null : { key: array.key, source, times, shape: array.shape });
  const place = array === null ? null : `${source}/${array.key}`;
  const [last, setLast] = useState<{ place: string; facts: ArrayFacts } | null>(null);
  useEffect(() => {
    if (answer !== null && place !== null) setLast({ place, facts: answer.facts });
  }, [answer, place]);
  return answer?.facts ?? (last !== null && last.place === place ? last.facts : null);
}
