// Rows that are trained on and stand in another set, too: the score there would look better than it is.
import { countText } from "../../shared/figures";
import type { SplitAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { InNewCell } from "./InNewCell";

export function SharedRows({ split }: { split: SplitAnswer }) {
  return split.shared.map(({ of, rows, first, cell }) => (
    <div key={of} className="kw-box kw-box-warn" role="status" data-testid="kw-shared-rows">
      <p className="kw-strong">{words.data.shared[of](rows, split.test?.key ?? "")}</p>
      <p>
        {words.data.sharedScore[of]} {words.data.sharedRows(first.map(countText), rows - first.length)}
      </p>
      {cell !== null && <div className="kw-row kw-wrap"><pre className="kw-mono">{cell}</pre><InNewCell cell={cell} label={words.data.takeThemOut} /></div>}
    </div>
  ));
}
