// State, buttons and progress in one line that never jumps, and the bar below it.
import type { ReactNode } from "react";
import { type Ask, useAsk, useTrait } from "../../shared/context";
import { Icon, type IconName } from "../../shared/Icon";
import type { Run } from "../../shared/messages";
import { Toolbar } from "../../shared/Toolbar";
import { words } from "../../shared/words";
import { isAlive, leadingBest, shareDone } from "./runIs";

interface RunLineProps {
  /** Whether a run can be begun from here. */
  starts: boolean;
  children?: ReactNode;
}

export function RunLine({ starts, children }: RunLineProps) {
  const run = useTrait("run");
  return (
    <>
      <div className="kw-run-line">
        <span className={`kw-pill kw-run-state kw-run-${run.state}`} data-testid="kw-run-state">
          {words.frame.states[run.state]}
        </span>
        <Toolbar className="kw-run-buttons" label={words.train.controls}>
          {run.blocking ? <Blocked run={run} /> : isAlive(run.state) ? <AliveButtons run={run} /> : starts && <EndedButtons run={run} />}
          {children}
        </Toolbar>
        <Progress run={run} />
      </div>
      <ProgressBar run={run} />
    </>
  );
}

function Blocked({ run }: { run: Run }) {
  return isAlive(run.state) ? <span className="kw-soft kw-second">{words.train.blocked}</span> : null;
}

function AliveButtons({ run }: { run: Run }) {
  const { train } = words;
  const paused = run.state === "paused";
  const going = run.state !== "stopping";
  return (
    <>
      {paused && run.starts === "changed" ? (
        <Button press={(ask) => ask("resume")} icon="start" label={train.goOnChanged} help={train.goOnChangedHelp} main wide />
      ) : paused ? (
        <Button press={(ask) => ask("resume")} icon="start" label={train.resume} main wide />
      ) : (
        <Button press={(ask) => ask("pause")} icon="pause" label={train.pause} disabled={!going} wide />
      )}
      <Button press={(ask) => ask("step")} label={train.step} help={train.stepHelp} disabled={!going} />
      <Button press={(ask) => ask("stop")} icon="stop" label={train.stop} help={train.stopHelp} disabled={!going} danger />
      <Button press={(ask) => ask("stop_best")} icon="stop" label={train.stopBest} help={train.stopBestHelp} disabled={!going || leadingBest(run.best) === null} />
    </>
  );
}

function EndedButtons({ run }: { run: Run }) {
  const { train } = words;
  const best = leadingBest(run.best);
  const goesOn = run.starts === "continue";
  return (
    <>
      <Button press={(ask) => ask("start")} icon="start" label={goesOn ? train.goOn(run.next_epoch) : train.train} help={goesOn ? train.goOnHelp : undefined} main />
      {run.starts === "changed" && <Button press={(ask) => ask("start", { mode: "continue" })} label={train.goOnChanged} help={train.goOnChangedHelp} />}
      {goesOn && <Button press={(ask) => ask("start", { mode: "again" })} icon="again" label={train.restart} help={train.restartHelp} />}
      {(goesOn || run.trouble !== null) && best !== null && best.epoch < run.epoch && <Button press={(ask) => ask("stop_best")} label={train.takeBest(best.epoch)} help={train.takeBestHelp} />}
    </>
  );
}

interface ButtonProps {
  press: (ask: Ask) => Promise<unknown>;
  label: string;
  help?: string;
  icon?: IconName;
  main?: boolean;
  danger?: boolean;
  wide?: boolean;
  disabled?: boolean;
}

function Button({ press, label, help, icon, main, danger, wide, disabled }: ButtonProps) {
  const { ask } = useAsk();
  const kinds = [main === true && "kw-button-main", danger === true && "kw-button-danger", wide === true && "kw-run-wide"].filter(Boolean).join(" ");
  return (
    <button type="button" className={`kw-button kw-button-small ${kinds}`} disabled={disabled === true} title={help} onClick={() => void press(ask)}>
      {icon !== undefined && <Icon name={icon} size={11} />}
      {label}
    </button>
  );
}

function Progress({ run }: { run: Run }) {
  const { train } = words;
  if (run.epochs === 0) return null;
  const alive = isAlive(run.state);
  const time = alive ? train.gone(run.seconds) : train.took(run.seconds);
  return (
    <span className="kw-run-progress" data-testid="kw-progress">
      {train.epoch} <b>{run.epoch}</b> {train.ofEpochs(run.epochs)} · {train.batch(run.batch, run.batches)} · {time}
      {alive && run.seconds_left !== null && `, ${train.left(run.seconds_left)}`}
    </span>
  );
}

function ProgressBar({ run }: { run: Run }) {
  const percent = 100 * shareDone(run);
  return (
    <div className="kw-run-bar">
      <span className="kw-bar" role="progressbar" aria-label={words.train.progress} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(percent)}>
        <i className={run.trouble === null ? "" : "kw-bar-wrong"} style={{ width: `${percent}%` }} />
      </span>
      <span className="kw-hidden" role="status" aria-live="polite" data-testid="kw-message">
        {run.message}
      </span>
    </div>
  );
}
