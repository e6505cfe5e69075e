// What may stand where the caret is: offered while a word is typed and by Ctrl+Space, taken by Enter or Tab.
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { Offer } from "../../shared/messages";
import { excerpt } from "./offset";
import type { Format } from "./tokens";

/** Milliseconds after a letter before offers are asked for. */
const PAUSE = 120;

export interface Offered {
  /** Where the word under way begins, and where it ends. */
  start: number;
  end: number;
  offers: readonly Offer[];
  chosen: number;
}

export interface Completion {
  offered: Offered | null;
  /** Whether the key was one of the list's. */
  keys: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
  typed: () => void;
  take: (offer: Offer) => void;
  close: () => void;
}

const inWord = (text: string, at: number): boolean => at > 0 && /[\w.]/.test(text[at - 1] ?? "");

export function useCompletion(area: RefObject<HTMLTextAreaElement | null>, format: Format): Completion {
  const { askQuietly } = useAsk();
  const [offered, setOffered] = useState<Offered | null>(null);
  const later = useRef(0);
  const close = useCallback(() => {
    window.clearTimeout(later.current);
    setOffered(null);
  }, []);
  useEffect(() => close, [close]);
  const ask = useCallback(async () => {
    const field = area.current;
    if (field === null || field.selectionStart !== field.selectionEnd) return;
    const end = field.selectionStart;
    const { text, at, skipped } = excerpt(field.value, end);
    const reply = await askQuietly("completions", { format, text, at });
    const stays = field.selectionStart === end;
    if (isRefusal(reply) || !stays || reply.offers.length === 0) setOffered(null);
    else setOffered({ start: reply.start + skipped, end, offers: reply.offers, chosen: 0 });
  }, [area, askQuietly, format]);
  const take = useCallback(
    (offer: Offer) => {
      const field = area.current;
      if (field === null || offered === null) return;
      field.setSelectionRange(offered.start, offered.end);
      // The one way to insert text that the browser's own undo knows.
      document.execCommand("insertText", false, offer.write);
      close();
    },
    [area, close, offered],
  );
  return useMemo(() => {
    const typed = () => {
      const field = area.current;
      window.clearTimeout(later.current);
      if (field === null || !inWord(field.value, field.selectionStart)) setOffered(null);
      else later.current = window.setTimeout(() => void ask(), PAUSE);
    };
    const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
      if (event.key === " " && event.ctrlKey) void ask();
      else if (offered === null) return false;
      else if (event.key === "Escape") close();
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const step = event.key === "ArrowDown" ? 1 : -1;
        setOffered({ ...offered, chosen: (offered.chosen + step + offered.offers.length) % offered.offers.length });
      } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
        const offer = offered.offers[offered.chosen];
        if (offer !== undefined) take(offer);
      } else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    };
    return { offered, keys, typed, take, close };
  }, [area, ask, close, offered, take]);
}
