// From arrays and frames of the notebook; where there are none, how to get some, and the ready sets.
import { useBuilder } from "../../frame/BuilderContext";
import { isRefusal } from "../../shared/connection";
import { useAnswer, useAsk, useTrait } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import type { ArrayEntry, Source } from "../../shared/messages";
import { words } from "../../shared/words";
import { useCopied } from "../code/useCopied";
import { Door } from "./Door";
import { inOrder, pairOf } from "./pairs";

/** Arrays that the door has room for. */
const SHOWN = 5;

export function ArraysDoor() {
  const { sources } = useTrait("data");
  const { ask } = useAsk();
  const arrays = sources.find(({ kind }) => kind === "notebook")?.arrays ?? [];
  const frames = sources.filter(({ kind }) => kind === "frame");
  const ready = sources.filter(({ kind }) => kind === "built_in");
  const pair = pairOf(arrays);
  const start = () => pair !== null && void ask("from_arrays", { input: pair.input.key, target: pair.target.key });
  const begin = (
    <button type="button" className="kw-button kw-button-small kw-button-main" data-testid="kw-from-arrays" onClick={start}>
      {words.start.startWith}
    </button>
  );
  const lookAgain = (
    <button type="button" className="kw-button kw-button-small" onClick={() => void ask("refresh_data")}>
      {words.start.lookAgain}
    </button>
  );
  if (pair === null && frames.length > 0) {
    return (
      <Door title={words.start.arrays} hint={words.start.found} foot={lookAgain}>
        <Frames frames={frames} />
        {ready.length > 0 && <ReadySets sources={ready} begin={(source) => void ask("from_arrays", { source })} />}
      </Door>
    );
  }
  if (pair === null) {
    return (
      <Door title={words.start.arrays} hint={arrays.length === 0 ? words.start.noArrays : words.start.noPair} foot={lookAgain}>
        <Example />
        {ready.length > 0 && <ReadySets sources={ready} begin={(source) => void ask("from_arrays", { source })} />}
      </Door>
    );
  }
  const listed = inOrder(arrays, pair);
  return (
    <Door title={words.start.arrays} hint={words.start.found} foot={begin}>
      <ul className="kw-door-arrays">
        {listed.slice(0, SHOWN).map((array) => (
          <Row key={array.key} array={array} isTarget={array === pair.target} />
        ))}
      </ul>
      {listed.length > SHOWN && <p className="kw-soft kw-second">{words.start.more(listed.length - SHOWN)}</p>}
      {frames.length > 0 && (
        <>
          <p className="kw-soft kw-second">{words.start.orTable}</p>
          <Frames frames={frames} />
        </>
      )}
    </Door>
  );
}

/** A model for a frame; its page shows which column it is to give, which was a guess. */
function Frames({ frames }: { frames: readonly Source[] }) {
  const { ask } = useAsk();
  const { go } = useBuilder();
  const begin = async (source: string) => {
    if (!isRefusal(await ask("from_arrays", { source, kind: "frame" }))) go("data");
  };
  return (
    <div className="kw-door-ready">
      {frames.slice(0, SHOWN).map(({ name }) => (
        <button key={name} type="button" className="kw-button kw-button-small" title={words.start.table(name)} onClick={() => void begin(name)}>
          <Icon name="table" size={13} />
          <span className="kw-ellipsis">{name}</span>
        </button>
      ))}
    </div>
  );
}

/** A name and its shape; how many classes a target has, once that is known. */
function Row({ array, isTarget }: { array: ArrayEntry; isTarget: boolean }) {
  const facts = useAnswer("array_facts", isTarget ? { key: array.key, shape: array.shape } : null)?.facts;
  const shape = array.shape.join("×");
  return (
    <li className="kw-door-array">
      <b className="kw-strong kw-ellipsis" title={array.key}>
        {array.key}
      </b>
      <span className="kw-soft kw-mono">{facts?.classes ? words.start.withClasses(shape, facts.classes.length) : shape}</span>
    </li>
  );
}

function Example() {
  const [copied, copy] = useCopied();
  return (
    <div className="kw-door-example">
      <pre className="kw-mono">{words.start.example}</pre>
      <button type="button" className="kw-link-button kw-second" onClick={() => copy(words.start.example)}>
        {copied ? words.start.copied : words.start.copyExample}
      </button>
    </div>
  );
}

function ReadySets({ sources, begin }: { sources: readonly Source[]; begin: (name: string) => void }) {
  return (
    <>
      <p className="kw-soft kw-second">{words.start.orReady}</p>
      <div className="kw-door-ready">
        {sources.map(({ name }) => (
          <button key={name} type="button" className="kw-button kw-button-small" onClick={() => begin(name)}>
            {name.replaceAll("_", " ")}
          </button>
        ))}
      </div>
    </>
  );
}
