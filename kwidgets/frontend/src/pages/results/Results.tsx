// Figures that conclude, the views below them, samples to look at, and a place to try the model by hand.
import { type ReactNode, useState } from "react";
import type { Refusal, ResultsAnswer, ResultViewName } from "../../shared/messages";
import { words } from "../../shared/words";
import { Against } from "./Against";
import { Calibration } from "./Calibration";
import { ByClass } from "./ByClass";
import { Confusion } from "./Confusion";
import { ClassCurves } from "./ClassCurves";
import { Head } from "./Head";
import { Inside } from "./Inside";
import { Marked } from "./Marked";
import { Residuals } from "./Residuals";
import { type Group, SampleList } from "./SampleList";
import { TryIt } from "./TryIt";
import { useResults, type Wanted } from "./useResults";

interface Props {
  /** A text that changes when the model is another one. */
  watch: string;
  /** Whether a training goes on. */
  moves: boolean;
  /** Whether what is marked can be left out of a training. */
  trains: boolean;
  /** What is shown where there are no results. */
  empty: (refusal: Refusal) => ReactNode;
}

export function Results({ watch, moves, trains, empty }: Props) {
  const [wanted, setWanted] = useState<Wanted>({ of: null, output: null });
  const [times, setTimes] = useState(0);
  const { answer, refusal } = useResults(wanted, watch, times);
  const again = () => setTimes(times + 1);
  if (refusal !== null) return <section className="kw-results" role="group" aria-label={words.results.label} data-testid="kw-results">{empty(refusal)}</section>;
  if (answer === null) return <p className="kw-soft kw-results-wait" role="status">{words.results.loading}</p>;
  return <Shown key={`${answer.of} ${answer.output}`} answer={answer} choose={setWanted} again={again} moves={moves} trains={trains} />;
}

export interface Chosen {
  view: ResultViewName | null;
  choose: (view: ResultViewName) => void;
}

interface ShownProps {
  answer: ResultsAnswer;
  choose: (wanted: Wanted) => void;
  again: () => void;
  moves: boolean;
  trains: boolean;
}

function Shown({ answer, choose, again, moves, trains }: ShownProps) {
  const [chosen, setView] = useState<ResultViewName | null>(null);
  const view = chosen !== null && answer.views.includes(chosen) ? chosen : (answer.views[0] ?? null);
  const [group, setGroup] = useState<Group | null>(null);
  const [row, setRow] = useState<number | null>(null);
  const open = (one: ResultViewName) => {
    setView(one);
    setGroup(null);
    setRow(null);
  };
  const show = (one: Group | null) => {
    setGroup(one);
    setRow(null);
  };
  return (
    <section role="group" className="kw-results" aria-label={words.results.label} data-testid="kw-results" data-whole={answer.whole}>
      <Head answer={answer} choose={choose} again={again} moves={moves} view={view} open={open} />
      <div className="kw-results-body">
        <div className="kw-results-main">
          {answer.notes.map((note) => (
            <p key={note} className="kw-box kw-box-warn kw-second" role="status">
              {note}
            </p>
          ))}
          <Marked answer={answer} trains={trains} show={() => show({ group: "marked" })} again={again} />
          {view !== null && <View view={view} answer={answer} group={group} show={show} row={row} setRow={setRow} again={again} />}
        </div>
        <TryIt answer={answer} />
      </div>
    </section>
  );
}

interface ViewProps {
  view: ResultViewName;
  answer: ResultsAnswer;
  group: Group | null;
  show: (group: Group | null) => void;
  row: number | null;
  setRow: (row: number | null) => void;
  again: () => void;
}

/** The view on the left, the samples that it leads to beside it; of one of them what the layers give. */
function View({ view, answer, group, show, row, setRow, again }: ViewProps) {
  const picks = { answer, show, group };
  const first: Group = { group: "worst" };
  return (
    <div className="kw-results-view">
      {view === "confusion" && <Confusion {...picks} />}
      {view === "curves" && <ClassCurves answer={answer} />}
      {view === "calibration" && <Calibration answer={answer} />}
      {view === "by_class" && <ByClass answer={answer} />}
      {view === "residuals" && <Residuals {...picks} />}
      {view === "against" && <Against {...picks} />}
      <div className="kw-stack kw-results-samples">
        {row !== null ? (
          <Inside answer={answer} row={row} back={() => setRow(null)} />
        ) : (
          <>
            {group !== null && <SampleList answer={answer} group={group} open={setRow} changed={again} />}
            {(group === null || view === "confusion") && view !== "against" && <SampleList answer={answer} group={first} open={setRow} changed={again} short={group !== null} />}
          </>
        )}
      </div>
    </div>
  );
}
