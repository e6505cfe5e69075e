// Copies text, and says for a moment that it did.
import { useEffect, useState } from "react";

const SAID_FOR = 1500;

export function useCopied(): [copied: boolean, copy: (text: string) => void] {
  const [times, setTimes] = useState(0);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_FOR);
    return () => clearTimeout(timer);
  }, [copied, times]);
  const copy = (text: string) =>
    void toClipboard(text).then((done) => {
      setCopied(done);
      setTimes((before) => before + 1);
    });
  return [copied, copy];
}

/** Whether it was copied. Notebooks that are not served over https have no clipboard but the old command. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}
