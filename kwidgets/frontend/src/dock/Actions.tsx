// What was done as a program that does it again, the newest line in view; to copy, or as a cell of the notebook.
import { useEffect, useRef, useState } from "react";
import { copyText } from "../shared/clipboard";
import { useAnswer, useShared } from "../shared/context";
import { insertCell } from "../shared/notebookCell";
import { words } from "../shared/words";

export function Actions() {
  const script = useAnswer("script", {})?.script ?? null;
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [script]);
  if (script === null) return null;
  return (
    <>
      <Buttons script={script} />
      <pre className="kw-log" ref={place} tabIndex={0} aria-label={words.dock.scriptLabel} data-testid="kw-script">
        {script}
      </pre>
    </>
  );
}

function Buttons({ script }: { script: string }) {
  const { root } = useShared();
  const [said, setSaid] = useState("");
  const copy = async () => setSaid((await copyText(script)) ? words.dock.copied : words.dock.notCopied);
  const toCell = async () => {
    const element = root();
    if (element !== null && (await insertCell(element, script))) setSaid(words.dock.cellBelow);
    else setSaid((await copyText(script)) ? words.dock.noCellButCopied : words.dock.noCell);
  };
  return (
    <div className="kw-actions-line">
      <button type="button" className="kw-button kw-button-small" data-testid="kw-to-cell" onClick={() => void toCell()}>
        {words.dock.toCell}
      </button>
      <button type="button" className="kw-button kw-button-small" onClick={() => void copy()}>
        {words.dock.copy}
      </button>
      <span className="kw-soft kw-second" role="status">{said || words.dock.scriptSays}</span>
    </div>
  );
}
