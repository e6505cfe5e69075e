// How the rows are split, asked for again when other arrays, another share or a new reading say so.
import { useEffect, useState } from "react";
import { useAnswer } from "../../shared/context";
import type { Data, SplitAnswer } from "../../shared/messages";
import { currentOf } from "./current";

/** times: how often "Read again" was pressed. What was known of these arrays stays until the answer; null before the first. */
export function useSplit(data: Data, times: number): SplitAnswer | null {
  const { source, inputs, validation, validation_split, second, samples } = data;
  const arrays = Object.values(inputs).filter((key) => key !== null);
  const of = samples === null || arrays.length === 0 ? null : JSON.stringify([source, arrays, samples]);
  // Arrays that are measured may change while those that are trained on stay.
  const there = currentOf(data);
  const measured = JSON.stringify([validation, second, there?.arrays.map(({ key, shape }) => [key, shape[0]])]);
  const answer = useAnswer("split", of === null ? null : { arrays, source, share: validation_split, times, measured });
  const [last, setLast] = useState<{ of: string | null; answer: SplitAnswer } | null>(null);
  useEffect(() => {
    if (answer !== null) setLast({ of, answer });
  }, [answer, of]);
  return answer ?? (last !== null && last.of === of ? last.answer : null);
}
