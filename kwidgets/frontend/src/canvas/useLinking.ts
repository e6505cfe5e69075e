// A wire drawn by keyboard: a source, then arrow keys through the cards it may go to, then Enter.
import { type KeyboardEvent, type RefObject, useCallback, useState } from "react";
import { useGraph } from "../shared/context";
import { freeIndex, targetsFrom } from "./flow";
import type { Joining } from "./useJoining";

export interface Linking {
  link: { source: string; target: string | null } | null;
  begin: (source: string) => void;
  /** Takes the keys while a wire is being drawn; whether it took this one. */
  keyDown: (event: KeyboardEvent) => boolean;
}

const STEPS: Record<string, 1 | -1> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function useLinking(place: RefObject<HTMLElement | null>, join: Joining["join"]): Linking {
  const graph = useGraph();
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
      const box = place.current?.querySelector(`.react-flow__node-card[data-id="${CSS.escape(link.target)}"]`)?.getBoundingClientRect();
      void join(link.source, link.target, freeIndex(graph, link.target), { x: box?.left ?? 0, y: box?.bottom ?? 0 });
      setLink(null);
    } else if (event.key === "Escape") setLink(null);
    else return false;
    event.preventDefault();
    return true;
  };
  return { link, begin, keyDown };
}
