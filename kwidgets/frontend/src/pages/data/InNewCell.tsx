// A change of the notebook's arrays goes into a new cell of it, for a person to run.
import { useState } from "react";
import { copyText } from "../../shared/clipboard";
import { useShared } from "../../shared/context";
import { insertCell } from "../../shared/notebookCell";
import { words } from "../../shared/words";

export function InNewCell({ cell, label, main = true }: { cell: string; label: string; main?: boolean }) {
  const { root } = useShared();
  const [said, setSaid] = useState("");
  const put = async () => {
    const element = root();
    if (element !== null && (await insertCell(element, cell))) setSaid(words.data.runTheCell);
    else setSaid((await copyText(cell)) ? words.dock.noCellButCopied : words.dock.noCell);
  };
  return (
    <>
      <button type="button" className={`kw-button kw-button-small ${main ? "kw-button-main" : ""}`} onClick={() => void put()}>{label}</button>
      <span className="kw-soft kw-second" role="status">{said}</span>
    </>
  );
}
