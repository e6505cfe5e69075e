// Before which batches a training pauses, and whether the first bad one is kept; and the batch that it waits before.
import { type FormEvent, useState } from "react";
import { useAsked } from "../../inspector/inside/useInside";
import { isRefusal } from "../../shared/connection";
import { useAsk, useTrait } from "../../shared/context";
import type { BreakSettings } from "../../shared/messages";
import { words } from "../../shared/words";

const SELDOM = 2000;

export function Breaks() {
  const [times, setTimes] = useState(0);
  const { answer } = useAsked("breaks", {}, `breaks ${times}`, SELDOM);
  const { state } = useTrait("run");
  const { ask } = useAsk();
  if (answer === null) return null;
  const { settings, live, waiting, bad } = answer;
  return (
    <>
      {waiting !== null && (
        <p className="kw-row kw-wrap" role="status" data-testid="kw-steps-waiting">
          <span className="kw-grow">{waiting}</span>
          <button type="button" className="kw-button kw-button-small kw-button-main" onClick={() => void ask("resume", {})}>{words.steps.trainOnIt}</button>
        </p>
      )}
      {bad !== null && <p className="kw-steps-bad" role="status">{bad}</p>}
      <details className="kw-steps-breaks">
        <summary className="kw-second">{words.steps.pauses(onesOf(settings))}</summary>
        <Conditions key={JSON.stringify(settings)} settings={settings} waits={(state === "running" || state === "paused") && !live} done={() => setTimes(times + 1)} />
      </details>
    </>
  );
}

/** How many conditions are set. */
const onesOf = (settings: BreakSettings): number => Object.values(settings).filter((value) => value !== null && value !== false).length;

interface ConditionsProps {
  settings: BreakSettings;
  /** Whether a training goes on that does not look for them yet. */
  waits: boolean;
  done: () => void;
}

const LIMITS = ["gradient_norm_above", "loss_above", "class_in_batch"] as const;
const SWITCHES = ["loss_is_nan", "each_batch", "keeps_bad"] as const;

function Conditions({ settings, waits, done }: ConditionsProps) {
  const { ask } = useAsk();
  const [set, change] = useState<BreakSettings>(settings);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!isRefusal(await ask("breaks", { set }))) done();
  };
  const { steps } = words;
  return (
    <form className="kw-steps-conditions" onSubmit={(event) => void send(event)}>
      {LIMITS.map((name) => (
        <label key={name} className="kw-row kw-second">
          {steps.conditions[name]}
          <input className="kw-input kw-steps-limit" type="number" step={name === "class_in_batch" ? 1 : "any"} min={0} value={set[name] ?? ""} data-condition={name} onChange={(event) => change({ ...set, [name]: event.target.value === "" ? null : Number(event.target.value) })} />
        </label>
      ))}
      {SWITCHES.map((name) => (
        <label key={name} className="kw-row kw-second" title={name === "keeps_bad" ? steps.keepsHelp : undefined}>
          <input type="checkbox" checked={set[name]} data-condition={name} onChange={(event) => change({ ...set, [name]: event.target.checked })} />
          {steps.conditions[name]}
        </label>
      ))}
      <button type="submit" className="kw-button kw-button-small" disabled={JSON.stringify(set) === JSON.stringify(settings)}>{steps.set}</button>
      {waits && <span className="kw-soft kw-second">{steps.fromNextStart}</span>}
    </form>
  );
}
