// Copies text, and says for a moment that it did.
import { useEffect, useState } from "react";
import { copyText } from "../../shared/clipboard";

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
    void copyText(text).then((done) => {
      setCopied(done);
      setTimes((before) => before + 1);
    });
  return [copied, copy];
}
