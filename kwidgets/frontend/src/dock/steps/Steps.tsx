// One batch, layer by layer: forward, then back, with the values of each; and before which batches a training pauses.
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { Channels } from "../../inspector/inside/Channels";
import { Figures, Table } from "../../inspector/inside/Figures";
import { Panels, picturesOf } from "../../inspector/inside/Panels";
import { useAsked } from "../../inspector/inside/useInside";
import { Segments } from "../../pages/Segments";
import type { Accepted } from "../../shared/connection";
import type { StepEntry, StepSource } from "../../shared/messages";
import { words } from "../../shared/words";
import { sizeText } from "../../canvas/signals";
import { Breaks } from "./Breaks";
import { partsOf, placeAfter } from "./order";
import "./steps.css";

type Walked = Accepted<"steps">;

/** Milliseconds between two questions while a training goes on, of which only the batches that there are change. */
const SELDOM = 2000;

export function Steps() {
  const [source, setSource] = useState<StepSource | null>(null);
  const [place, setPlace] = useState(0);
  const [sample, setSample] = useState(0);
  const [take, setTake] = useState(0);
  const [channel, setChannel] = useState<number | null>(null);
  const [first, setFirst] = useState(0);
  const { select } = useBuilder();
  const { answer, refused, busy } = useAsked("steps", { source, place, sample, take, channel, first }, `steps ${take}`, SELDOM);
  const goTo = (next: number) => {
    const node = answer?.steps[next]?.node ?? null;
    if (node !== null) select([node]);
    setChannel(null);
    setFirst(0);
    setPlace(next);
  };
  return (
    <div className="kw-steps kw-stack" data-testid="kw-steps">
      <Breaks />
      {refused !== null && <p className="kw-soft" role="status">{refused}</p>}
      {busy && <p className="kw-soft" role="status">{words.inside.computing}</p>}
      {answer !== null && (
        <>
          <Head answer={answer} sample={sample} setSample={setSample} setSource={setSource} goTo={goTo} />
          <Track answer={answer} goTo={goTo} />
          <div className="kw-steps-body">
            <div className="kw-stack kw-steps-pictures">
              {answer.why !== null && <p className="kw-soft">{answer.why}</p>}
              {answer.panels.some((panel) => panel.channel !== null) && <Channels total={answer.total} first={first} channel={channel} sort={null} go={setFirst} all={() => setChannel(null)} choose={() => undefined} />}
              <Panels pictures={picturesOf(answer.panels, answer.buffers)} choose={setChannel} />
            </div>
            <div className="kw-stack">
              <Table columns={answer.columns} rows={answer.rows} />
              <Figures figures={answer.figures} code={answer.code} again={() => setTake(take + 1)} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

interface HeadProps {
  answer: Walked;
  sample: number;
  setSample: (sample: number) => void;
  setSource: (source: StepSource) => void;
  goTo: (place: number) => void;
}

/** Which batch, where in its step, which of its samples. */
function Head({ answer, sample, setSample, setSource, goTo }: HeadProps) {
  const { steps } = words;
  const { place } = answer;
  const last = answer.steps.length - 1;
  const here = answer.steps[place];
  const names = answer.sources.map((one) => one.source);
  const about = answer.sources.find((one) => one.source === answer.source)?.about ?? "";
  return (
    <div className="kw-row kw-wrap kw-steps-head">
      {names.length > 1 && <Segments label={steps.batch} names={names} titles={steps.sources} chosen={answer.source} choose={setSource} />}
      <span className="kw-row">
        <button type="button" className="kw-button kw-button-small" disabled={place === 0} aria-label={steps.before} title={steps.before} onClick={() => goTo(place - 1)}>‹</button>
        <button type="button" className="kw-button kw-button-small" disabled={place === last} aria-label={steps.after} title={steps.after} data-testid="kw-steps-next" onClick={() => goTo(place + 1)}>›</button>
      </span>
      {here !== undefined && <span className="kw-strong" role="status" data-testid="kw-steps-here">{steps.here(place + 1, answer.steps.length, steps.directions[here.direction], here.name)}</span>}
      <span className="kw-soft kw-second kw-grow">{`${about} · ${steps.loss(answer.loss)}`}</span>
      <label className="kw-row kw-second">
        {steps.sample}
        <input className="kw-input kw-steps-sample" type="number" min={0} max={answer.samples - 1} value={sample} onChange={(event) => setSample(Math.min(Math.max(Math.trunc(Number(event.target.value)), 0), answer.samples - 1))} />
        <span className="kw-soft">{steps.ofSamples(answer.samples)}</span>
      </label>
      {answer.bad_sample !== null && <ToBad sample={answer.bad_sample} go={setSample} />}
      {/* Of the bad batch that was kept it stands above. */}
      {answer.bad !== null && answer.source !== "bad" && <p className="kw-steps-bad" role="status" data-testid="kw-steps-bad">{answer.bad}</p>}
    </div>
  );
}

function ToBad({ sample, go }: { sample: number; go: (sample: number) => void }) {
  return <button type="button" className="kw-link-button kw-second" title={words.steps.toBadHelp} data-testid="kw-steps-bad-sample" onClick={() => go(sample)}>{words.steps.toBad(sample)}</button>;
}

/** All steps as a line: forward from left to right, the loss, then back. Arrow keys go along it. */
function Track({ answer, goTo }: { answer: Walked; goTo: (place: number) => void }) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // In braces: browsers may give a promise, which React would call at the end.
    line.current?.querySelectorAll("button")[answer.place]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [answer.place]);
  const move = (event: KeyboardEvent) => {
    const next = placeAfter(event.key, answer.place, answer.steps.length);
    if (next === null) return;
    event.preventDefault();
    goTo(next);
    line.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div ref={line} className="kw-steps-track" role="radiogroup" aria-label={words.steps.track} onKeyDown={move}>
      {partsOf(answer.steps).map(({ direction, entries }) => (
        <span key={direction} className="kw-row kw-steps-way">
          <span className="kw-soft kw-least">{words.steps.ways[direction]}</span>
          {entries.map(({ entry, place }) => <Chip key={place} entry={entry} chosen={place === answer.place} go={() => goTo(place)} />)}
        </span>
      ))}
    </div>
  );
}

function Chip({ entry, chosen, go }: { entry: StepEntry; chosen: boolean; go: () => void }) {
  const size = entry.bad ? words.steps.bad : entry.size === null ? "–" : sizeText(entry.size);
  return (
    <button
      type="button" role="radio" aria-checked={chosen} tabIndex={chosen ? 0 : -1} className={`kw-steps-chip ${entry.bad ? "kw-steps-chip-bad" : ""}`}
      title={words.steps.chip(words.steps.directions[entry.direction], entry.name, size)} onClick={go}
    >
      <span className="kw-ellipsis">{entry.name}</span> <span className="kw-numbers">{size}</span>
    </button>
  );
}
