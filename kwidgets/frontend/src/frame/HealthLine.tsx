// Says on the frame when the kernel is busy or gone; what was made can still be copied then.
import { useEffect, useState } from "react";
import { useAnswer, useHealth } from "../shared/context";
import { knowing, useDrafts } from "../pages/code/CodeDrafts";
import { copyText } from "../shared/clipboard";
import { words } from "../shared/words";

export function HealthLine() {
  const health = useHealth();
  const [copied, setCopied] = useState(false);
  const answer = useAnswer("yaml", {});
  const { last } = useDrafts();
  useEffect(() => {
    if (answer !== null) last.current = knowing(last.current, answer.yaml);
  }, [answer, last]);
  const yaml = answer?.yaml ?? last.current?.yaml ?? null;
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
