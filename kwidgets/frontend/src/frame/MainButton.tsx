// The one main button: Train, Continue, Stop or Resume, whichever comes next.
import { useAsk, useGraph, useTrait } from "../shared/context";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import { isRefusal } from "../shared/connection";
import { useBuilder } from "./BuilderContext";

export function MainButton() {
  const run = useTrait("run");
  const { head } = useGraph();
  const { ask } = useAsk();
  const { go } = useBuilder();
  const { frame } = words;
  const alive = run.state === "running" || run.state === "paused" || run.state === "stopping";
  const start = async () => {
    const reply = await ask("start");
    if (!isRefusal(reply)) go("train");
  };
  if (alive) {
    return (
      <button type="button" className="kw-button kw-button-main kw-main" disabled={run.state === "stopping"} data-testid="kw-main" onClick={() => void ask("stop")}>
        <Icon name="stop" size={13} />
        {frame.stop}
      </button>
    );
  }
  const empty = head.totals.layers === 0;
  const wrong = head.problems.some((problem) => problem.severity === "error");
  const title = empty ? frame.addFirst : wrong ? frame.cannotTrain : undefined;
  return (
    <button type="button" className={`kw-button kw-main ${empty || wrong ? "" : "kw-button-main"}`} disabled={empty || wrong} title={title} data-testid="kw-main" onClick={() => void start()}>
      <Icon name="start" size={13} />
      {run.starts === "continue" && run.stale === null ? frame.goOn : frame.train}
    </button>
  );
}
