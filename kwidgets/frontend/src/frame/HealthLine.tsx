// Says on the frame when the kernel is busy or gone; what was made can still be copied then.
import { useEffect, useState } from "react";
import { useAnswer, useHealth } from "../shared/context";
import { useDrafts } from "../pages/code/CodeDrafts";
import { copyText } from "../shared/clipboard";
import { words } from "../shared/words";

export function HealthLine() {
  const health = useHealth();
  const [copied, setCopied] = useState(false);
  const answer = useAnswer("texts", {});
  const { last } = useDrafts();
  useEffect(() => {
    if (answer !== null) last.current = answer.texts;
  }, [answer, last]);
  const yaml = answer?.texts.yaml ?? last.current?.yaml ?? null;
  const copy = () => {
    if (yaml !== null) void copyText(yaml).then(setCopied);
  };
  return (
    <div role="status" aria-live="polite">
      {health !== "well" && (
        <div className={`kw-health kw-health-${health}`} data-testid="kw-health">
          <span className="kw-grow">{words.frame[health]}</span>
          {health === "gone" && (
            <button type="button" className="kw-button kw-button-small" disabled={yaml === null} title={yaml === null ? words.frame.notKnown : undefined} onClick={copy}>
              {copied ? words.frame.copied : words.frame.copyModel}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
