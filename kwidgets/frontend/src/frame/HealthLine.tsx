// Says on the frame when the kernel is busy or gone; what was made can still be copied then.
import { useEffect, useState } from "react";
import { useAnswer, useHealth } from "../shared/context";
import { copyText } from "../shared/clipboard";
import { words } from "../shared/words";

export function HealthLine() {
  const health = useHealth();
  const [copied, setCopied] = useState(false);
  // The text as it was last known: a kernel that is gone cannot be asked for it.
  const answer = useAnswer("texts", {});
  const [yaml, setYaml] = useState<string | null>(null);
  useEffect(() => {
    if (answer !== null) setYaml(answer.texts.yaml);
  }, [answer]);
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
