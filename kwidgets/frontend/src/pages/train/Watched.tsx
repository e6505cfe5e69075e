// The parts that show a run, the same on the Train page and in a dashboard of its own.
import { memo, type ReactNode, useDeferredValue, useSyncExternalStore } from "react";
import { useTrait } from "../../shared/context";
import { words } from "../../shared/words";
import { FoldTable } from "../data/Folds";
import { Charts } from "./Charts";
import { ConclusionCard } from "./ConclusionCard";
import type { Curves } from "./curves";
import { Figures } from "./Figures";
import { Log } from "./Log";
import { Messages } from "./Messages";
import { RunLine } from "./RunLine";
import { RunsTable } from "./RunsTable";
import { useEarlier } from "./useEarlier";
import "uplot/dist/uPlot.min.css";
import "./train.css";

interface WatchedProps {
  curves: Curves;
  /** Whether a run can be begun from here. */
  starts: boolean;
  /** More controls beside the buttons. */
  tools?: ReactNode;
  /** In place of all parts, while there is nothing to show. */
  instead?: ReactNode;
}

export function Watched({ curves, starts, tools, instead }: WatchedProps) {
  const run = useTrait("run");
  useSyncExternalStore(curves.subscribe, curves.snapshot);
  return (
    <section role="group" className="kw-dashboard" aria-label={words.train.label} data-testid="kw-dashboard" data-state={run.state} data-points={curves.points()}>
      {instead === undefined ? (
        <Parts curves={curves} starts={starts} tools={tools} />
      ) : (
        <>
          <span className="kw-hidden" data-testid="kw-run-state">{words.frame.states[run.state]}</span>
          {instead}
        </>
      )}
    </section>
  );
}

/** Drawn anew when the run's state changes, not with every message of points. */
const Parts = memo(function Parts({ curves, starts, tools }: WatchedProps) {
  // Drawn after the state: who presses Stop waits for "stopped", not for the figures.
  const conclusion = useDeferredValue(useTrait("run").conclusion);
  const earlier = useEarlier();
  return (
    <>
      <RunLine starts={starts}>{tools}</RunLine>
      <Messages />
      {conclusion === null ? <Figures /> : <ConclusionCard conclusion={conclusion} />}
      <Charts curves={curves} earlier={earlier.curves} />
      <FoldTable />
      <RunsTable earlier={earlier} />
      <Log />
    </>
  );
});
