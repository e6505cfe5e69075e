// The checkpoints of a run on a strip by epochs: one is chosen, to go back to it or to branch from it.
import type { KeyboardEvent, PointerEvent } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { KeptRun, RunCheckpoint, RunDetails } from "../../shared/messages";
import { words } from "../../shared/words";
import { nearestTo, type Strip, stripOf } from "./strip";

interface Props {
  row: KeptRun;
  rows: readonly KeptRun[];
  details: RunDetails | null;
  chosen: RunCheckpoint | null;
  choose: (checkpoint: RunCheckpoint) => void;
  colourOf: (id: string) => number | null;
}

const MOST_BRANCHES = 2;
/** From here on a branch is drawn short, so that it stays within the panel. */
const NEAR_END = 0.9;

export function Checkpoints({ row, rows, details, chosen, choose, colourOf }: Props) {
  const branches = rows.filter(({ parent }) => parent?.run === row.id);
  const checkpoints = details?.checkpoints ?? [];
  const best = checkpoints.find((one) => one.best);
  const about = [
    ...(best === undefined ? [] : [words.runs.bestAt(best.epoch)]),
    ...branches.slice(0, MOST_BRANCHES).map(({ number, parent }) => words.runs.branchedAt(number, parent?.epoch ?? 0)),
  ].join(" · ");
  return (
    <section role="group" className="kw-stack kw-run-checkpoints" aria-label={words.runs.checkpoints}>
      <div className="kw-ellipsis" title={about}>
        <b>{words.runs.checkpoints}</b> <span className="kw-soft kw-second">{about}</span>
      </div>
      {chosen === null ? (
        <p className="kw-soft kw-second">{details === null ? "" : words.runs.noCheckpoints}</p>
      ) : (
        <>
          <StripView row={row} strip={stripOf(checkpoints, row)} checkpoints={checkpoints} chosen={chosen} choose={choose} branches={branches} colourOf={colourOf} />
          <Going row={row} chosen={chosen} />
        </>
      )}
    </section>
  );
}

interface StripProps {
  row: KeptRun;
  strip: Strip;
  checkpoints: readonly RunCheckpoint[];
  chosen: RunCheckpoint;
  choose: (checkpoint: RunCheckpoint) => void;
  branches: readonly KeptRun[];
  colourOf: (id: string) => number | null;
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };

function StripView({ row, strip, checkpoints, chosen, choose, branches, colourOf }: StripProps) {
  const at = checkpoints.indexOf(chosen);
  const go = (index: number) => {
    const next = checkpoints[Math.max(0, Math.min(checkpoints.length - 1, index))];
    if (next !== undefined) choose(next);
  };
  const keyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    go(at + step);
    event.preventDefault();
  };
  const press = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    go(nearestTo(strip.places, (event.clientX - box.left) / box.width));
  };
  const colour = colourOf(row.id);
  return (
    <div className={`kw-strip ${colour === null ? "" : `kw-run-${colour}`}`}>
      <div
        role="slider" tabIndex={0} className="kw-strip-line" aria-label={words.runs.checkpointLabel} aria-valuemin={0} aria-valuemax={checkpoints.length - 1} aria-valuenow={at}
        aria-valuetext={textOf(chosen)} onKeyDown={keyDown} onPointerDown={press} data-testid="kw-run-checkpoints"
      >
        {branches.map(({ id, parent }) => (
          <Branch key={id} place={strip.place(parent?.epoch ?? 0)} colour={colourOf(id)} />
        ))}
        {checkpoints.map((one, index) => (
          <i
            key={`${one.epoch} ${one.batch}`} title={textOf(one)} style={{ left: `${100 * (strip.places[index] ?? 0)}%` }}
            className={`kw-strip-dot ${one.best ? "kw-strip-best" : ""} ${one.pinned ? "kw-strip-pinned" : ""} ${one === chosen ? "kw-strip-chosen" : ""} ${strip.dense ? "kw-strip-small" : ""}`}
          />
        ))}
      </div>
      {strip.labels.map(({ epoch, place }) => (
        <span key={epoch} className="kw-strip-label" style={{ left: `${100 * place}%` }} aria-hidden="true">
          {epoch}
        </span>
      ))}
    </div>
  );
}

function textOf({ epoch, batch, best, last, pinned }: RunCheckpoint): string {
  const { runs } = words;
  return runs.checkpoint(epoch, batch, [...(best ? [runs.isBest] : []), ...(last ? [runs.isLast] : []), ...(pinned ? [runs.isPinned] : [])]);
}

/** A run that went on from here, in its own colour. */
function Branch({ place, colour }: { place: number; colour: number | null }) {
  return (
    <svg
      className={`kw-strip-branch ${colour === null ? "" : `kw-run-${colour}`}`} style={{ left: `${100 * place}%` }} viewBox="0 0 30 14" width={place > NEAR_END ? 16 : 30}
      height={14} preserveAspectRatio="none" aria-hidden="true"
    >
      <path d="M1 13C12 13 10 1 20 1h9" />
    </svg>
  );
}

/** From a checkpoint in the middle of an epoch only the run itself goes on. */
function Going({ row, chosen: { epoch, batch } }: { row: KeptRun; chosen: RunCheckpoint }) {
  const { ask } = useAsk();
  const { go } = useBuilder();
  const cut = batch > 0;
  const restore = async () => {
    if (!isRefusal(await ask("restore_epoch", { run: row.id, epoch }))) go("train");
  };
  const branch = async () => {
    if (!isRefusal(await ask("branch_run", { run: row.id, epoch }))) go("train");
  };
  return (
    <div className="kw-two">
      <button type="button" className="kw-button kw-button-small" disabled={cut} title={cut ? words.runs.cutEpoch : words.runs.goBackHelp} onClick={() => void restore()}>
        {words.runs.goBack(epoch)}
      </button>
      <button type="button" className="kw-button kw-button-small" disabled={cut} title={cut ? words.runs.cutEpoch : words.runs.branchHelp} onClick={() => void branch()}>
        {words.runs.branch}
      </button>
    </div>
  );
}
