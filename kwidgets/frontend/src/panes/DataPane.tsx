// Which arrays feed the inputs and which are the targets; what does not fit is said here, before training.
import { useState } from "react";
import { useAsk, useTrait } from "../shared/context";
import type { Shape } from "../shared/state";
import { shapeText } from "../shared/words";

export function DataPane() {
  const data = useTrait("data");
  const { ask } = useAsk();
  const [path, setPath] = useState("");
  const arrays = data.sources.find((source) => source.name === data.source)?.arrays ?? [];
  const open = () => {
    if (path.trim() !== "") void ask("open_data", { path: path.trim() }).then(() => setPath(""));
  };
  return (
    <div className="kw-form">
      <div className="kw-field">
        <label htmlFor="kw-source">source</label>
        <select id="kw-source" value={data.source ?? ""} onChange={(event) => void ask("set_data", { source: event.target.value })} data-testid="kw-source">
          <option value="">choose…</option>
          {data.sources.map((source) => (
            <option key={source.name} value={source.name}>
              {source.name}
            </option>
          ))}
        </select>
        <span className="kw-help">
          the notebook's arrays, a file, or a ready data set{" "}
          <button type="button" className="kw-more" onClick={() => void ask("refresh_data")}>
            look again
          </button>
        </span>
      </div>
      <div className="kw-field">
        <label htmlFor="kw-path">file</label>
        <input id="kw-path" type="text" value={path} placeholder="digits.npz" onChange={(event) => setPath(event.target.value)} onKeyDown={(event) => event.key === "Enter" && open()} onBlur={open} />
        <span className="kw-help">path of an .npz or HDF5 file, then Enter</span>
      </div>
      <Slots title="Inputs" slots={data.inputs} arrays={arrays} expected={data.expected} choose={(layer, key) => void ask("set_data", { inputs: { ...data.inputs, [layer]: key } })} />
      <Slots title="Targets" slots={data.targets} arrays={arrays} expected={data.expected} choose={(layer, key) => void ask("set_data", { targets: { ...data.targets, [layer]: key } })} />
      {data.problems.length > 0 && (
        <ul className="kw-data-problems" data-testid="kw-data-problems" aria-label="Problems of the data">
          {data.problems.map((sentence) => (
            <li key={sentence}>⚠ {sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface SlotsProps {
  title: string;
  slots: Record<string, string | null>;
  arrays: { key: string; shape: Shape; dtype: string }[];
  expected: Record<string, Shape>;
  choose: (layer: string, key: string | null) => void;
}

function Slots({ title, slots, arrays, expected, choose }: SlotsProps) {
  return (
    <fieldset className="kw-slots">
      <legend>{title}</legend>
      {Object.entries(slots).map(([layer, key]) => (
        <div className="kw-field" key={layer}>
          <label htmlFor={`kw-${title}-${layer}`}>{layer}</label>
          <select id={`kw-${title}-${layer}`} value={key ?? ""} onChange={(event) => choose(layer, event.target.value === "" ? null : event.target.value)}>
            <option value="">choose…</option>
            {key !== null && !arrays.some((array) => array.key === key) && <option value={key}>{key} (not there)</option>}
            {arrays.map((array) => (
              <option key={array.key} value={array.key}>
                {array.key} {shapeText(array.shape)} {array.dtype}
              </option>
            ))}
          </select>
          <span className="kw-help">needs {shapeText(expected[layer])}</span>
        </div>
      ))}
      {Object.keys(slots).length === 0 && <p className="kw-quiet">none yet</p>}
    </fieldset>
  );
}
