// A question that is asked once a hand rests on it, not at every key or move.
import { useEffect, useState } from "react";

/** How long it must have been the same, in ms. */
const REST = 90;

/** The question once it has rested; null before. It is a text, so that equal ones are the same. */
export function useRested(question: string | null): string | null {
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setRested(question), REST);
    return () => clearTimeout(timer);
  }, [question]);
  return rested !== null && rested === question ? rested : null;
}
