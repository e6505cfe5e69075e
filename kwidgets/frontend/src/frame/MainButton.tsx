// The one main button: Train, Continue, Stop, or going on with a changed model, whichever comes next. Without data it leads to their page.
import { useAsk, useGraph, useTrait } from "../shared/context";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import { whatFirst } from "../pages/train/whatFirst";
import { isRefusal } from "../shared/connection";
import { useBuilder } from "./BuilderContext";

export function MainButton() {
  const run = useTrait("run");
  const data = useTrait("data");
  const { head } = useGraph();
  const { ask } = useAsk();
  const { go } = useBuilder();
  const { frame, train } = words;
  const alive = run.state === "running" || run.state === "paused" || run.state === "stopping";
  const start = async () => {
    const reply = await ask("start");
    if (!isRefusal(reply)) go("train");
    else if (whatFirst(head, data).kind === "data") go("data");
  };
  const empty = head.totals.layers === 0;
  const wrong = head.problems.some((problem) => problem.severity === "error");
  if (run.state === "paused" && run.starts === "changed") {
    const goOn = async () => {
      const reply = await ask("resume");
      if (!isRefusal(reply)) go("train");
    };
    return (
      <button type="button" className={`kw-button kw-main ${wrong ? "" : "kw-button-main"}`} disabled={wrong} title={wrong ? frame.cannotTrain : train.goOnChangedHelp} data-testid="kw-main" onClick={() => void goOn()}>
        <Icon name="start" size={13} />
        {train.goOnChanged}
      </button>
    );
  }
  if (alive) {
    return (
      <button type="button" className="kw-button kw-button-main kw-main" disabled={run.state === "stopping"} data-testid="kw-main" onClick={() => void ask("stop")}>
        <Icon name="stop" size={13} />
        {frame.stop}
      </button>
    );
  }
  const title = empty ? frame.addFirst : wrong ? frame.cannotTrain : undefined;
  return (
    <button type="button" className={`kw-button kw-main ${empty || wrong ? "" : "kw-button-main"}`} disabled={empty || wrong} title={title} data-testid="kw-main" onClick={() => void start()}>
      <Icon name="start" size={13} />
      {run.starts === "continue" && run.stale === null ? frame.goOn : frame.train}
    </button>
  );
}
