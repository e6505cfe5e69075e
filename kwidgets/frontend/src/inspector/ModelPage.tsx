// Nothing chosen: the whole model in figures, where its parameters are, and what kind it is.
import { useId, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { bytesText, countText, shareText, workText, fieldText } from "../shared/figures";
import { isRefusal } from "../shared/connection";
import { isAlive } from "../pages/train/runIs";
import { useAsk, useGraph, useTrait } from "../shared/context";
import type { Json, Kind, Refusal } from "../shared/messages";
import { PathField } from "../shared/PathField";
import { words } from "../shared/words";
import { Fact, Facts } from "./Facts";
import { useLocked } from "./InspectorContext";
import { NameEditor } from "./NameEditor";
import { useSend } from "./Sections";
import { countWithParameters, largestShares, type Share } from "./shares";

const MOST_BARS = 8;

export function ModelPage() {
  const { head } = useGraph();
  const [naming, setNaming] = useState(false);
  const { ask } = useAsk();
  const locked = useLocked();
  const rename = async (name: Json) => {
    const reply = await ask("name_model", { name: fieldText(name) });
    return isRefusal(reply) ? reply : null;
  };
  return (
    <>
      <div className="kw-inspector-head">
        <h3 className="kw-inspector-title">
          <NameEditor
            name={head.name} of="model" label={words.inspector.modelName} disabled={locked} editing={naming} setEditing={setNaming}
            send={rename}
          />
        </h3>
        <span className="kw-soft">{words.inspector.model.kinds[head.kind]}</span>
      </div>
      <ModelFacts />
      <Bars />
      <FirstWeights />
      <KindSwitch />
      {head.folds > 0 && <FoldsHint />}
    </>
  );
}

function ModelFacts() {
  const { parameters, trainable, weights, memory, work } = useGraph().head.totals;
  const { frozen, trainable: label, weights: weightsLabel, memory: memoryLabel, work: workLabel } = words.inspector.model;
  const still = parameters - trainable;
  return (
    <Facts>
      <Fact label={words.inspector.parameters} value={countText(parameters)} />
      {still > 0 ? <Fact label={frozen} value={countText(still)} more={shareText(still / parameters)} /> : <Fact label={label} value={countText(trainable)} />}
      <Fact label={memoryLabel} value={bytesText(memory)} />
      <Fact label={workLabel} value={workText(work)} />
      <Fact label={weightsLabel} value={bytesText(weights)} />
      {still > 0 && <Fact label={label} value={countText(trainable)} />}
    </Facts>
  );
}

function Bars() {
  const graph = useGraph();
  const id = useId();
  const shares = largestShares(graph, MOST_BARS);
  const rest = countWithParameters(graph) - shares.length;
  if (shares.length === 0) return null;
  return (
    <div role="group" aria-labelledby={id}>
      <h4 id={id}>{words.inspector.model.where}</h4>
      <ul className="kw-bars">
        {shares.map((share) => (
          <li key={share.card.id}><ShareBar of={share} /></li>
        ))}
      </ul>
      {rest > 0 && <p className="kw-soft kw-second">{words.inspector.model.rest(rest)}</p>}
    </div>
  );
}

/** One bar; a click goes to its card. */
function ShareBar({ of: { card, parameters, share } }: { of: Share }) {
  const { show } = useBuilder();
  const name = card.fold === null ? card.layer : card.title;
  const label = words.inspector.model.bar(name, parameters, shareText(share));
  return (
    <button type="button" className="kw-share" title={label} aria-label={label} onClick={() => show(card.id)}>
      <span className="kw-ellipsis">{name}</span>{" "}
      <span className="kw-bar kw-share-bar"><i style={{ width: `${100 * share}%` }} /></span>
      <span className="kw-soft">{shareText(share)}</span>
    </button>
  );
}

/** What a start begins with, and the way to take weights from a file. */
function FirstWeights() {
  const { askQuietly } = useAsk();
  const { state, starts, stale, weights_from } = useTrait("run");
  const { parameters } = useGraph().head.totals;
  const locked = useLocked();
  const { model } = words.inspector;
  if (locked || isAlive(state) || parameters === 0) return null;
  const has = starts === "continue" && stale === null;
  return (
    <section role="group" aria-label={model.weightsOf} data-testid="kw-first-weights">
      <p className="kw-inspector-text">
        {model.weightsOf} <span className="kw-soft">{!has ? model.newWeights : weights_from === null ? model.learnt : model.fromFile(weights_from)}</span>
      </p>
      <PathField label={model.weightsPath} hint={model.weightsHint} send={model.loadWeights} ask={(path) => askQuietly("load_weights", { path })} testId="kw-weights-path" />
    </section>
  );
}

const KINDS: readonly Kind[] = ["Sequential", "Model"];

function KindSwitch() {
  const { kind } = useGraph().head;
  const { kind: label, kinds, kindHelp } = words.inspector.model;
  const send = useSend();
  const locked = useLocked();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const name = useId();
  return (
    <fieldset className="kw-kind" title={kindHelp} disabled={locked}>
      <legend className="kw-second kw-soft">{label}</legend>
      <div className="kw-two">
        {KINDS.map((one) => (
          <label key={one} className="kw-switch">
            <input type="radio" name={name} checked={one === kind} onChange={() => void send("set_kind", { kind: one }).then(setRefusal)} />
            {kinds[one]}
          </label>
        ))}
      </div>
      {refusal !== null && <p className="kw-field-refusal" role="alert">{refusal.refused} {refusal.hint}</p>}
    </fieldset>
  );
}

function FoldsHint() {
  const [before, keys, after] = words.inspector.model.folds;
  return (
    <p className="kw-soft kw-inspector-text">
      {before}
      <b>{keys}</b>
      {after}
    </p>
  );
}
