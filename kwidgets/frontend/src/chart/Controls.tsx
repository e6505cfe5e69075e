// Start, Pause, Step, Stop and the learning rate; each button is there always and grey when it does not apply.
import { useEffect, useState } from "react";
import type { Ask } from "../shared/context";
import { isRefusal } from "../shared/connection";
import { Icon } from "../shared/Icon";
import type { RunName, RunState } from "../shared/state";

const GOING: readonly RunName[] = ["running", "paused", "stopping"];
const ENDED: readonly RunName[] = ["stopped", "finished", "failed"];

export function Controls({ run, ask }: { run: RunState; ask: Ask }) {
  const going = GOING.includes(run.state);
  const ended = ENDED.includes(run.state);
  return (
    <div className="kw-controls" role="toolbar" aria-label="Training">
      <span className={`kw-state kw-state-${run.state}`} data-testid="kw-run-state">
        {run.state}
      </span>
      <button type="button" className="kw-main" disabled={going} onClick={() => void ask("start")}>
        <Icon name="start" /> Start
      </button>
      <button type="button" disabled={!ended} onClick={() => void ask("start", { mode: "again" })} title="Train from new weights">
        <Icon name="again" /> Start again
      </button>
      {run.state === "paused" ? (
        <button type="button" className="kw-wide" onClick={() => void ask("resume")}>
          <Icon name="start" /> Resume
        </button>
      ) : (
        <button type="button" className="kw-wide" disabled={run.state !== "running"} onClick={() => void ask("pause")}>
          <Icon name="pause" /> Pause
        </button>
      )}
      <button type="button" disabled={run.state === "running" || run.state === "stopping"} onClick={() => void ask("step")} title="Train one batch">
        <Icon name="step" /> Step
      </button>
      <button type="button" disabled={!going || run.state === "stopping"} onClick={() => void ask("stop")} title="End after this batch; history and weights stay">
        <Icon name="stop" /> Stop
      </button>
      <LearningRate rate={run.learning_rate} ask={ask} />
    </div>
  );
}

function LearningRate({ rate, ask }: { rate: number | null; ask: Ask }) {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => setTyped(null), [rate]);
  const send = async () => {
    if (typed === null) return;
    const value = Number(typed);
    const reply = await ask("learning_rate", { value: typed.trim() === "" || Number.isNaN(value) ? typed : value });
    if (isRefusal(reply)) setTyped(null);
  };
  return (
    <label className="kw-rate">
      learning rate
      <input
        inputMode="decimal"
        value={typed ?? (rate === null ? "" : String(Number(rate.toPrecision(6))))}
        disabled={rate === null}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => void send()}
        onKeyDown={(event) => {
          if (event.key === "Enter") void send();
          if (event.key === "Escape") setTyped(null);
        }}
      />
    </label>
  );
}
