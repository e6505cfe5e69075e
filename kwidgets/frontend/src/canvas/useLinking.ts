// A wire drawn by keyboard: a source, then arrow keys through the cards it may go to, then Enter.
import { type KeyboardEvent, useCallback, useState } from "react";
import { useAsk, useGraph } from "../shared/context";
import { freeIndex, targetsFrom } from "./flow";

export interface Linking {
  link: { source: string; target: string | null } | null;
  begin: (source: string) => void;
  /** Takes the keys while a wire is being drawn; whether it took this one. */
  keyDown: (event: KeyboardEvent) => boolean;
}

const STEPS: Record<string, 1 | -1> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function useLinking(): Linking {
  const graph = useGraph();
  const { ask } = useAsk();
  const [link, setLink] = useState<Linking["link"]>(null);
  const begin = useCallback((source: string) => setLink({ source, target: targetsFrom(graph, source)[0] ?? null }), [graph]);
  const keyDown = (event: KeyboardEvent): boolean => {
    if (link === null) return false;
    const step = STEPS[event.key];
    if (step !== undefined) {
      const targets = targetsFrom(graph, link.source);
      const at = link.target === null ? -1 : targets.indexOf(link.target);
      setLink({ ...link, target: targets[(at + step + targets.length) % targets.length] ?? null });
    } else if (event.key === "Enter" && link.target !== null) {
      void ask("connect", { source: link.source, target: link.target, index: freeIndex(graph, link.target) });
      setLink(null);
    } else if (event.key === "Escape") setLink(null);
    else return false;
    event.preventDefault();
    return true;
  };
  return { link, begin, keyDown };
}
