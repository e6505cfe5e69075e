// One run beside the table: its note and tags, what can be done with it, its checkpoints, how it stands against another.
import { type ReactNode, useEffect, useId, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { durationText } from "../../shared/figures";
import { Icon } from "../../shared/Icon";
import type { KeptRun, RunDetails } from "../../shared/messages";
import { words } from "../../shared/words";
import { Against } from "./Against";
import { Checkpoints } from "./Checkpoints";
import { NoteField } from "./NoteField";
import { RunActions } from "./RunActions";
import { RunMenu } from "./RunMenu";
import { StateText } from "./RunCells";
import { Tags } from "./Tags";
import { clockTime, isAlive, whenText } from "./texts";
import { useEpoch } from "./useEpoch";

export interface PanelProps {
  row: KeptRun;
  rows: readonly KeptRun[];
  colourOf: (id: string) => number | null;
  best: ReadonlySet<string>;
  close: () => void;
  open: (id: string) => void;
  remove: (id: string) => void;
  hide: (id: string, hidden: boolean) => void;
  /** Something of the run was changed from here. */
  changed: () => void;
}

export function RunPanel(props: PanelProps) {
  const { row, rows, colourOf, best, close, open, remove, hide } = props;
  const [times, setTimes] = useState(0);
  const details = useDetails(row, times);
  const changed = () => {
    setTimes((before) => before + 1);
    props.changed();
  };
  const { epoch, choose } = useEpoch(details);
  const colour = colourOf(row.id);
  const number = (id: string) => rows.find((one) => one.id === id)?.number ?? null;
  return (
    <aside className="kw-run-panel" aria-label={words.runs.details(row.number)} data-testid="kw-run-details">
      <div className="kw-row">
        <i className={colour === null ? "kw-runs-key" : `kw-runs-key kw-run-${colour}`} />
        <h2 className="kw-run-title">{words.runs.details(row.number)}</h2>
        <span className="kw-soft kw-grow">
          {whenText(row.began, new Date())}, {durationText(row.seconds)}
        </span>
        <RunMenu row={row} checkpoint={epoch} remove={() => remove(row.id)} hide={(hidden) => hide(row.id, hidden)} changed={changed} />
        <button type="button" className="kw-icon-button" aria-label={words.runs.close} title={words.runs.close} onClick={close}>
          <Icon name="close" size={14} />
        </button>
      </div>
      <NoteField key={row.id} row={row} changed={changed} />
      <Tags key={`tags of ${row.id}`} row={row} changed={changed} />
      <RunActions row={row} details={details} />
      <Checkpoints row={row} rows={rows} details={details} chosen={epoch} choose={choose} colourOf={colourOf} />
      <Against row={row} rows={rows} best={best} />
      <Facts row={row} details={details} number={number} open={open} />
      {details !== null && <Folds details={details} />}
    </aside>
  );
}

/** Details of a run, asked again when it has gone on or was changed here; those from before stand until the new ones come. */
function useDetails({ id, epochs, state, bytes }: KeptRun, times: number): RunDetails | null {
  const { askQuietly } = useAsk();
  const [details, setDetails] = useState<RunDetails | null>(null);
  useEffect(() => {
    let wanted = true;
    void askQuietly("run_details", { run: id }).then((reply) => {
      if (wanted && !isRefusal(reply)) setDetails(reply);
    });
    return () => {
      wanted = false;
    };
  }, [askQuietly, id, epochs, state, bytes, times]);
  return details?.run === id ? details : null;
}

function Facts({ row, details, number, open }: { row: KeptRun; details: RunDetails | null; number: (id: string) => number | null; open: (id: string) => void }) {
  const [first] = details?.data ?? [];
  const prints = details?.data.map(({ name, fingerprint }) => words.runs.fingerprint(name, fingerprint)).join("\n");
  return (
    <dl className="kw-two kw-run-facts">
      <Fact name={words.runs.dataTitle} title={prints}>
        {details === null ? "" : words.runs.rows(details.rows, first?.fingerprint ?? null)}
      </Fact>
      <Fact name={words.runs.onDisk}>{words.runs.bytes(row.bytes)}</Fact>
      <Fact name={words.runs.endedBy}>{isAlive(row) ? words.runs.goesOn : (details?.ended_by ?? "")}</Fact>
      <Fact name={words.runs.madeWith} title={details === null ? undefined : words.runs.versions(details.versions, details.machine)}>
        {details === null ? "" : words.runs.version(details.versions)}
      </Fact>
      <Fact name={words.runs.state}>
        <StateText state={row.state} />
      </Fact>
      {row.parent !== null && (
        <Fact name={words.runs.cameFrom}>
          <Parent row={row} number={number} open={open} />
        </Fact>
      )}
    </dl>
  );
}

function Parent({ row: { parent }, number, open }: { row: KeptRun; number: (id: string) => number | null; open: (id: string) => void }) {
  if (parent === null) return null;
  const known = number(parent.run);
  if (known === null) return <>{words.runs.cameFromGone(parent.epoch)}</>;
  return (
    <button type="button" className="kw-link-button" onClick={() => open(parent.run)}>
      {words.runs.cameFromRun(known, parent.epoch)}
    </button>
  );
}

function Fact({ name, title, children }: { name: string; title?: string | undefined; children: ReactNode }) {
  return (
    <div title={title}>
      <dt className="kw-least kw-soft">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Fold({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div className="kw-stack">
      <button type="button" className="kw-fold-button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <span>{title}</span>
      </button>
      {open && <div id={id}>{children}</div>}
    </div>
  );
}

function Folds({ details: { events, log } }: { details: RunDetails }) {
  return (
    <div className="kw-stack">
      {events.length > 0 && (
        <Fold title={words.runs.events(events.length)}>
          <ul className="kw-run-events kw-second">
            {events.map(({ at, when, text }, index) => (
              <li key={index}>
                <span className="kw-soft">
                  {clockTime(when)} · {words.runs.atEpochs(at)}
                </span>{" "}
                {text}
              </li>
            ))}
          </ul>
        </Fold>
      )}
      {log.length > 0 && (
        <Fold title={words.runs.logTitle(log.length)}>
          <pre className="kw-run-log" tabIndex={0} aria-label={words.runs.logLabel}>
            {log.join("\n")}
          </pre>
        </Fold>
      )}
    </div>
  );
}
