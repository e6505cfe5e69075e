// How it trains: the settings that matter, and the rest folded; locked while a run goes on.
import { useState } from "react";
import { Field } from "../../form/Field";
import { isRefusal } from "../../shared/connection";
import { useAnswer, useAsk, useTrait } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import type { Json } from "../../shared/messages";
import { words } from "../../shared/words";
import { isAlive } from "./runIs";
import { firstSettings, otherSettings, type Setting, withDevices } from "./settingFields";

export function Settings() {
  const run = useTrait("run");
  const training = useTrait("training");
  const [open, setOpen] = useState(false);
  const { train } = words;
  const locked = isAlive(run.state);
  return (
    <form className="kw-train-settings" aria-label={train.settingsTitle} data-testid="kw-train-settings" onSubmit={(event) => event.preventDefault()}>
      <h3>{train.settingsTitle}</h3>
      {locked && (
        <p className="kw-row kw-soft kw-second" role="status">
          <Icon name="lock" size={14} /> {train.locked}
        </p>
      )}
      <Fields settings={firstSettings(training)} locked={locked} />
      <button type="button" className="kw-fold-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>{train.optimizerTitle}</span>
        <span className="kw-second">{training.optimizer.class_name}</span>
      </button>
      {open && <Others key={training.optimizer.class_name} locked={locked} />}
    </form>
  );
}

/** What is folded; the devices are asked for when it is opened, since the memory that is free changes. */
function Others({ locked }: { locked: boolean }) {
  const training = useTrait("training");
  const devices = useAnswer("devices", {});
  const settings = otherSettings(training);
  return <Fields settings={devices === null ? settings : withDevices(settings, devices)} locked={locked} />;
}

function Fields({ settings, locked }: { settings: readonly Setting[]; locked: boolean }) {
  const { askQuietly } = useAsk();
  const send = ({ change }: Setting) => async (value: Json) => {
    const made = change(value);
    const reply = made.gesture === "set_data" ? await askQuietly("set_data", made.details) : await askQuietly("set_training", made.details);
    return isRefusal(reply) ? reply : null;
  };
  return (
    <div className="kw-fields">
      {settings.map((setting) => (
        <Field key={setting.field.name} field={setting.field} of="training" send={send(setting)} disabled={locked} />
      ))}
    </div>
  );
}
