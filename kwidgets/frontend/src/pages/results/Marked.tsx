// What is marked, and what training goes without.
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { useAsked } from "./useAsked";

export function Marked({ answer, trains, show, again }: { answer: ResultsAnswer; trains: boolean; show: () => void; again: () => void }) {
  const { ask } = useAsk();
  const { of, output, stamp, marked, left_out } = answer;
  const { results } = words;
  const { answer: found } = useAsked("result_samples", marked > 0 ? { of, output, group: "marked", stamp: `${stamp} ${marked}` } : null, of);
  const leaveOut = async (back: boolean) => {
    if (!isRefusal(await ask("leave_out", { of, back }))) again();
  };
  const unmark = () => void ask("mark_samples", { of, rows: [...(found?.rows ?? [])], marked: false }).then(again);
  if (marked === 0 && left_out === 0) return null;
  return (
    <div className="kw-box kw-row kw-wrap" data-testid="kw-results-marked">
      {marked > 0 && (
        <>
          <span>{results.marked(marked)}</span>
          <button type="button" className="kw-button kw-button-small" onClick={show}>
            {results.showMarked}
          </button>
          <button type="button" className="kw-button kw-button-small" onClick={unmark}>
            {results.unmark}
          </button>
          {trains && of === "train" && (
            <button type="button" className="kw-button kw-button-small kw-button-main" title={results.leaveOutHelp} onClick={() => void leaveOut(false)}>
              {results.leaveOut}
            </button>
          )}
        </>
      )}
      {left_out > 0 && (
        <>
          <span>{results.leftOut(left_out)}</span>
          <button type="button" className="kw-button kw-button-small" onClick={() => void leaveOut(true)}>
            {results.takeBack}
          </button>
        </>
      )}
    </div>
  );
}
