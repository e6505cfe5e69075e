// What must be said about a run: a divergence with its way out, a failure, results that are out of date, a run that is not recorded.
import { useAsk, useTrait } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import type { Trouble } from "../../shared/messages";
import { words } from "../../shared/words";
import { rateText } from "./metrics";
import { isAlive } from "./runIs";

export function Messages() {
  const run = useTrait("run");
  const { train } = words;
  return (
    <>
      {run.trouble !== null && <TroubleBox trouble={run.trouble} alive={isAlive(run.state)} blocking={run.blocking} />}
      {run.error !== null && run.error !== "" && (
        <div className="kw-box kw-box-wrong" role="alert" data-testid="kw-run-error">
          <p className="kw-strong">{train.failed}</p>
          <p>{run.error}</p>
          {run.fitting !== null && !run.blocking && <Smaller fitting={run.fitting} />}
        </div>
      )}
      {run.stale !== null && (
        <div className="kw-box kw-box-warn" role="status" data-testid="kw-stale">
          {run.stale === "" ? train.stale : run.stale}
        </div>
      )}
      {run.unrecorded !== null && (
        <div className="kw-box kw-box-warn" role="status" data-testid="kw-unrecorded">
          {run.unrecorded}
        </div>
      )}
    </>
  );
}

/** The way on where a card has no memory for a batch. */
function Smaller({ fitting }: { fitting: number }) {
  const { ask } = useAsk();
  const { train } = words;
  return (
    <button type="button" className="kw-button kw-button-small kw-button-main" title={train.goOnSmallerHelp} onClick={() => void ask("go_on_smaller")}>
      {train.goOnSmaller(fitting)}
    </button>
  );
}

function TroubleBox({ trouble, alive, blocking }: { trouble: Trouble; alive: boolean; blocking: boolean }) {
  const { ask } = useAsk();
  const { train } = words;
  return (
    <div className="kw-box kw-box-wrong kw-trouble" role="alert" data-testid="kw-trouble">
      <div className="kw-grow">
        <p className="kw-strong">{train.diverged[trouble.kind]}</p>
        <p>{trouble.sentence}</p>
        <p>{trouble.hint}</p>
      </div>
      {!blocking && (
        <span className="kw-row">
          {alive && (
            <button type="button" className="kw-button kw-button-small kw-button-danger" title={train.stopHelp} onClick={() => void ask("stop")}>
              <Icon name="stop" size={11} />
              {train.stop}
            </button>
          )}
          {trouble.lower !== null && (
            <button type="button" className="kw-button kw-button-small kw-button-main" title={train.restartLowerHelp} onClick={() => void ask("restart_lower")}>
              {train.restartLower(rateText(trouble.lower))}
            </button>
          )}
        </span>
      )}
    </div>
  );
}
