// The run in one line, with a way to the Train page.
import { useBuilder } from "../frame/BuilderContext";
import { useTrait } from "../shared/context";
import { numberText } from "../shared/figures";
import { words } from "../shared/words";

export function TrainingLine() {
  const run = useTrait("run");
  const { go } = useBuilder();
  return (
    <div className="kw-dock-text kw-row kw-wrap">
      {run.id === null ? (
        <span className="kw-soft">{words.dock.notTrained}</span>
      ) : (
        <>
          <b>{words.frame.states[run.state]}</b>
          <span className="kw-soft">{words.frame.epoch(run.epoch, run.epochs)}</span>
          {Object.entries(run.logs).map(([name, value]) => (
            <span key={name} className="kw-soft">
              {words.train.metric(name)} <b>{numberText(value)}</b>
            </span>
          ))}
        </>
      )}
      <span className="kw-grow" />
      <button type="button" className="kw-button kw-button-small" onClick={() => go("train")}>
        {words.dock.toTrain}
      </button>
    </div>
  );
}
