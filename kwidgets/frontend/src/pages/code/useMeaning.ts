// What the word under the mouse means, once the mouse rests on it.
import { type MouseEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { excerpt, offsetOf } from "./offset";
import type { Format } from "./tokens";

/** Milliseconds that the mouse rests. */
const REST = 350;

export interface Meant {
  title: string;
  text: string;
  /** The letter at which the word begins. */
  start: number;
}

export interface Hovering {
  meant: Meant | null;
  move: (event: MouseEvent<HTMLTextAreaElement>) => void;
  leave: () => void;
}

/** sizes: of a line and of the space above the first one in pixels; letter: an element as wide as one letter. */
export function useMeaning(area: RefObject<HTMLTextAreaElement | null>, format: Format, sizes: { line: number; above: number }): Hovering {
  const { askQuietly } = useAsk();
  const [meant, setMeant] = useState<Meant | null>(null);
  const later = useRef(0);
  const leave = useCallback(() => {
    window.clearTimeout(later.current);
    setMeant(null);
  }, []);
  useEffect(() => leave, [leave]);
  const { line, above } = sizes;
  const move = useCallback(
    (event: MouseEvent<HTMLTextAreaElement>) => {
      const field = event.currentTarget;
      const style = getComputedStyle(field);
      const box = field.getBoundingClientRect();
      // Both ends of the text are padded in letters: the gutter is as wide as its numbers.
      const letter = parseFloat(style.getPropertyValue("font-size")) * LETTER;
      const row = Math.floor((event.clientY - box.top - above) / line);
      const column = Math.floor((event.clientX - box.left - parseFloat(style.paddingInlineStart)) / letter);
      window.clearTimeout(later.current);
      if (row < 0 || column < 0 || column >= (field.value.split("\n")[row] ?? "").length) {
        setMeant(null);
        return;
      }
      const place = offsetOf(field.value, row + 1, column + 1);
      later.current = window.setTimeout(() => {
        const { text, at, skipped } = excerpt(field.value, place);
        void askQuietly("meaning", { format, text, at }).then((reply) => {
          const meaning = isRefusal(reply) ? null : reply.meaning;
          setMeant(meaning === null || area.current === null ? null : { ...meaning, start: meaning.start + skipped });
        });
      }, REST);
    },
    [above, area, askQuietly, format, line],
  );
  return useMemo(() => ({ meant, move, leave }), [leave, meant, move]);
}

/** A letter's width as a share of its height, in every font in which all letters are as wide. */
const LETTER = 0.602;
