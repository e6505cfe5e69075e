// Rows that are trained on and stand in another set, too: the score there would look better than it is.
import { useState } from "react";
import { copyText } from "../../shared/clipboard";
import { useShared } from "../../shared/context";
import { countText } from "../../shared/figures";
import type { SplitAnswer } from "../../shared/messages";
import { insertCell } from "../../shared/notebookCell";
import { words } from "../../shared/words";

export function SharedRows({ split }: { split: SplitAnswer }) {
  return split.shared.map(({ of, rows, first, cell }) => (
    <div key={of} className="kw-box kw-box-warn" role="status" data-testid="kw-shared-rows">
      <p className="kw-strong">{words.data.shared[of](rows, split.test?.key ?? "")}</p>
      <p>
        {words.data.sharedScore[of]} {words.data.sharedRows(first.map(countText), rows - first.length)}
      </p>
      {cell !== null && <TakeOut cell={cell} />}
    </div>
  ));
}

/** The arrays are the notebook's: what takes the rows out of them goes into a cell. */
function TakeOut({ cell }: { cell: string }) {
  const { root } = useShared();
  const [said, setSaid] = useState("");
  const put = async () => {
    const element = root();
    if (element !== null && (await insertCell(element, cell))) setSaid(words.data.takenByCell);
    else setSaid((await copyText(cell)) ? words.dock.noCellButCopied : words.dock.noCell);
  };
  return (
    <div className="kw-row kw-wrap">
      <pre className="kw-mono">{cell}</pre>
      <button type="button" className="kw-button kw-button-small kw-button-main" onClick={() => void put()}>{words.data.takeThemOut}</button>
      <span className="kw-soft kw-second" role="status">{said}</span>
    </div>
  );
}
