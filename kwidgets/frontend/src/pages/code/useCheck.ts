// What a text under way would be read as: asked a moment after the last letter, so that typing never waits for it.
import { useEffect, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { TextCheck } from "../../shared/messages";
import type { Format } from "./tokens";

/** Milliseconds without a letter before a text is read. */
const PAUSE = 300;

/** The check of the last text that was read; null while there is none to read, or none was yet. model: of a program. */
export function useCheck(format: Format, text: string | null, model: string | null): TextCheck | null {
  const { askQuietly } = useAsk();
  const [checked, setChecked] = useState<{ format: Format; check: TextCheck } | null>(null);
  useEffect(() => {
    if (text === null) return;
    let wanted = true;
    const later = window.setTimeout(() => {
      void askQuietly("check_text", { format, text, model }).then((reply) => {
        if (wanted && !isRefusal(reply)) setChecked({ format, check: reply.check });
      });
    }, PAUSE);
    return () => {
      wanted = false;
      window.clearTimeout(later);
    };
  }, [askQuietly, format, text, model]);
  return text !== null && checked?.format === format ? checked.check : null;
}
