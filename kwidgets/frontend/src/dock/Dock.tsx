// The line at the foot: problems, training, log, steps of a batch, actions; opened, it lies over the page and moves nothing.
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { cameBack } from "../pages/runs/cameBack";
import { useDocumentName, useKnownRuns } from "../pages/runs/useKeptRuns";
import { useGraph, useTrait } from "../shared/context";
import { Icon } from "../shared/Icon";
import { Toolbar } from "../shared/Toolbar";
import { words } from "../shared/words";
import { Actions } from "./Actions";
import { Log } from "./Log";
import { Problems } from "./Problems";
import { Saved } from "./Saved";
import { Steps } from "./steps/Steps";
import { TrainingLine } from "./TrainingLine";
import "./dock.css";

export type DockTab = "problems" | "training" | "log" | "steps" | "actions";

const TABS: Record<DockTab, () => ReactNode> = {
  problems: () => <Problems />,
  training: () => <TrainingLine />,
  log: () => <Log />,
  steps: () => <Steps />,
  actions: () => <Actions />,
};

export function Dock({ open, choose }: { open: DockTab | null; choose: (tab: DockTab | null) => void }) {
  const { head } = useGraph();
  const id = useId();
  const errors = head.problems.filter((problem) => problem.severity === "error").length;
  const empty = head.totals.layers === 0;
  const count = empty ? 0 : head.problems.length;
  useClosingWhenMended(count, open, choose);
  return (
    <div className="kw-dock">
      {open !== null && (
        <div className={`kw-dock-panel ${open === "steps" ? "kw-dock-panel-tall" : ""}`} role="group" id={`${id}-panel`} aria-label={words.dock[open]}>
          <button type="button" className="kw-icon-button kw-dock-close" aria-label={words.dock.close} onClick={() => choose(null)}>
            <Icon name="close" size={14} />
          </button>
          {TABS[open]()}
        </div>
      )}
      <div className="kw-dock-line">
        <Toolbar className="kw-dock-tabs" label={words.dock.label}>
          {(Object.keys(TABS) as DockTab[]).map((tab) => (
            <button
              key={tab} type="button" className="kw-dock-tab" aria-expanded={open === tab} aria-controls={`${id}-panel`} data-testid={`kw-dock-${tab}`}
              onClick={() => choose(open === tab ? null : tab)}
            >
              {words.dock[tab]}
              {tab === "problems" && (
                <span className={`kw-count ${errors > 0 && !empty ? "kw-count-wrong" : ""}`} data-testid="kw-problem-count">
                  {count}
                </span>
              )}
            </button>
          ))}
        </Toolbar>
        <span className="kw-grow" />
        <Foot />
        <Saved />
      </div>
    </div>
  );
}

/** The list of problems goes when the last one has been mended: nothing is left to say there. */
function useClosingWhenMended(count: number, open: DockTab | null, choose: (tab: DockTab | null) => void): void {
  const before = useRef(count);
  useEffect(() => {
    if (open === "problems" && count === 0 && before.current > 0) choose(null);
    before.current = count;
  }, [count, open, choose]);
}

/** What to expect of a training on this machine; how many cards are chosen; which runs came back after a kernel had died. */
function Foot() {
  const forecast = useTrait("forecast");
  const { page, selected } = useBuilder();
  const document = useDocumentName();
  const runs = useKnownRuns();
  const back = page === "runs" && runs !== null ? cameBack(runs.rows, document) : "";
  const expects = forecast.basis === null ? "" : words.dock.forecast(forecast.seconds, forecast.memory);
  const says = page === "build" && selected.size > 1 ? words.dock.chosen(selected.size) : back || expects;
  return <span className="kw-soft kw-second kw-ellipsis" data-testid="kw-forecast" title={says}>{says}</span>;
}
