// What is inside one card: its output for a sample, weights, gradients, units, and what the output depends on.
import { useState } from "react";
import { useTrait } from "../../shared/context";
import type { Card, InsideWhat } from "../../shared/messages";
import { words } from "../../shared/words";
import { Channels } from "./Channels";
import { Figures, Table } from "./Figures";
import { Panels, picturesOf } from "./Panels";
import { ProbeStrip } from "./ProbeStrip";
import { useAsked, useLooking } from "./useInside";
import "./inside.css";

/** Milliseconds between two questions about the probe, of which only the kept epochs change. */
const SELDOM = 4000;

export function InsidePage({ card, what }: { card: Card; what: InsideWhat }) {
  const [times, setTimes] = useState(0);
  const probe = useAsked("probe", {}, `probe ${times}`, SELDOM);
  const samples = what === "output" || what === "sample";
  return (
    <div className="kw-inside kw-stack" role="tabpanel" aria-label={words.inside.tabs[what]} data-testid="kw-inside">
      {samples && <ProbeStrip asked={probe} again={() => setTimes(times + 1)} />}
      <Epochs epochs={probe.answer?.epochs ?? []} />
      <Looked key={`${card.id} ${what}`} card={card} what={what} take={times} again={() => setTimes(times + 1)} />
    </div>
  );
}

function Looked({ card, what, take, again }: { card: Card; what: InsideWhat; take: number; again: () => void }) {
  const [{ sample, epoch, sort }, look] = useLooking();
  const [first, setFirst] = useState(0);
  const [channel, setChannel] = useState<number | null>(null);
  const [of, setOf] = useState<number | null>(null);
  const { answer, refused, busy } = useAsked("inside", { node: card.id, what, sample, epoch, first, sort, channel, of, take }, `${card.id} ${what}`);
  if (refused !== null) return <p className="kw-box kw-soft" role="status">{refused}</p>;
  if (answer === null) return <p className="kw-soft kw-second" role="status">{busy ? words.inside.computing : words.inside.looking}</p>;
  const pictures = picturesOf(answer.panels, answer.buffers);
  const tiled = answer.total > 1 && answer.panels.some((panel) => panel.channel !== null);
  return (
    <div className={busy ? "kw-stack kw-inside-busy" : "kw-stack"} aria-busy={busy}>
      {busy && <p className="kw-inside-computing kw-second" role="status">{words.inside.computing}</p>}
      {answer.state === "fresh" && <p className="kw-soft kw-second">{words.inside.fresh}</p>}
      {answer.why !== null && <p className="kw-box kw-soft" role="status">{answer.why}</p>}
      {tiled && <Channels total={answer.total} first={first} channel={channel} sort={what === "output" ? sort : null} go={setFirst} all={() => setChannel(null)} choose={(by) => { setFirst(0); look({ sort: by }); }} />}
      {what === "sample" && answer.total > 1 && <ClassField of={of} count={answer.total} choose={setOf} />}
      <Panels pictures={pictures} choose={setChannel} beside={what === "sample"} />
      <Table columns={answer.columns} rows={answer.rows} />
      {answer.why === null && <Figures figures={answer.figures} code={answer.code} again={again} />}
    </div>
  );
}

/** The class that saliency, Grad-CAM and occlusion ask about; empty for the most likely one. */
function ClassField({ of, count, choose }: { of: number | null; count: number; choose: (of: number | null) => void }) {
  const chosen = (text: string) => (text === "" || !Number.isFinite(Number(text)) ? null : Math.min(Math.max(Math.trunc(Number(text)), 0), count - 1));
  return (
    <label className="kw-row kw-second">
      <span className="kw-grow">{words.inside.classOf}</span>
      <input className="kw-input kw-inside-class" type="number" min={0} max={count - 1} value={of ?? ""} placeholder={words.inside.likely} onChange={(event) => choose(chosen(event.target.value))} />
    </label>
  );
}

/** Back in time by the weights that the run has kept; the last place is now. */
function Epochs({ epochs }: { epochs: readonly number[] }) {
  const [{ epoch }, look] = useLooking();
  const { state } = useTrait("run");
  if (epochs.length === 0) return null;
  const at = epoch === null ? epochs.length : epochs.indexOf(epoch);
  const place = at < 0 ? epochs.length : at;
  const text = place === epochs.length ? (state === "running" ? words.inside.live : words.inside.now) : String(epochs[place]);
  return (
    <label className="kw-row kw-second kw-inside-epochs">
      <span>{words.inside.epoch}</span>
      <input type="range" className="kw-grow" min={0} max={epochs.length} value={place} aria-valuetext={text} onChange={(event) => look({ epoch: epochs[Number(event.target.value)] ?? null })} />
      <span className="kw-numbers">{text}</span>
    </label>
  );
}
