// All runs that are kept: their curves over each other, a table of what differs, one run or several closely.
import "./runs.css";
import { type KeyboardEvent, useCallback, useMemo, useState } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { takesText } from "../../frame/keys";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { KeptRun } from "../../shared/messages";
import { words } from "../../shared/words";
import { EmptyPage } from "../EmptyPage";
import { Charts, chartedOf } from "./Charts";
import { ComparePanel } from "./ComparePanel";
import { shownRuns } from "./finding";
import type { KeptRuns } from "./keptRuns";
import { RunPanel } from "./RunPanel";
import { RunsHead } from "./RunsHead";
import { RunTable } from "./RunTable";
import { bestOf, columnsOf, pressed, sorted } from "./table";
import { type Removed, UndoLine } from "./UndoLine";
import { useDrawn } from "./useDrawn";
import { useDocumentName, useKeptRuns } from "./useKeptRuns";
import { useRunCurves } from "./useRunCurves";
import { filterOf, type RunsView, useRunsView } from "./useRunsView";

export function RunsPage() {
  const { runs, again } = useKeptRuns();
  const trouble = runs?.trouble ?? null;
  return (
    <section role="group" className="kw-runs-page" aria-label={words.runs.label} data-testid="kw-runs-page">
      {runs === null ? (
        <p className="kw-page-empty kw-soft">{words.runs.loading}</p>
      ) : runs.rows.length === 0 ? (
        <NoRuns trouble={trouble} />
      ) : (
        <Runs runs={runs} again={again} />
      )}
    </section>
  );
}

function Runs({ runs, again }: { runs: KeptRuns; again: () => void }) {
  const present = useDocumentName();
  const { view, set } = useRunsView();
  const { rows, columns: known, size, trouble } = runs;
  const filter = useMemo(() => filterOf(view, rows, present), [view, rows, present]);
  const shown = useMemo(() => sorted(shownRuns(rows, known, filter), view.order), [rows, known, filter, view.order]);
  const best = useMemo(() => bestOf(rows.filter(({ hidden }) => !hidden)), [rows]);
  const columns = useMemo(() => columnsOf(shown, known, view.onlyDiffering), [shown, known, view.onlyDiffering]);
  const chosen = useMemo(() => new Set(view.chosen), [view.chosen]);
  const compared = useMemo(() => (view.comparing ? rows.filter(({ id }) => chosen.has(id)) : []), [view.comparing, rows, chosen]);
  const comparing = compared.length > 1;
  const { drawn, colours, colourOf, draw } = useDrawn(shown, comparing ? compared : null, view, set);
  const curves = useRunCurves(drawn, chartedOf(drawn));
  const opened = comparing ? undefined : rows.find(({ id }) => id === view.opened);
  const { removed, remove, hide, undo, close } = useRemoving(rows, view, set, again);
  const leave = comparing ? () => set({ comparing: false }) : opened !== undefined ? () => set({ opened: null }) : null;
  return (
    <div className="kw-runs" onKeyDown={(event) => keyDown(event, leave, removed === null ? null : undo)}>
      <RunsHead
        rows={rows} size={size} view={view} set={set} document={filter.document} chosen={chosen.size} comparing={comparing} compare={(on) => set({ comparing: on })} changed={again}
      />
      {trouble !== null && <p className="kw-runs-trouble kw-second">{trouble}</p>}
      <div className="kw-runs-body">
        <div className="kw-runs-main">
          {(shown.length > 0 || comparing) && (
            <Charts drawn={drawn} curves={curves} colours={colours} chosen={view.opened} switches={view.switches} set={(switches) => set({ switches })} />
          )}
          {shown.length === 0 ? (
            <NothingFits showAll={() => set({ text: "", document: "all", tags: [], hidden: true })} />
          ) : (
            <RunTable
              rows={shown} columns={columns} known={known} order={view.order} sortBy={(column) => set({ order: pressed(view.order, column) })} best={best}
              opened={opened?.id ?? null} open={(id) => set({ opened: id, comparing: false })} chosen={chosen} choose={(id, on) => set({ chosen: withOrWithout(view.chosen, id, on) })}
              colourOf={colourOf} draw={draw} remove={(id) => remove(chosen.has(id) ? view.chosen : [id])}
            />
          )}
        </div>
        {comparing && <ComparePanel rows={compared} colourOf={colourOf} close={() => set({ comparing: false })} open={(id) => set({ opened: id, comparing: false })} />}
        {opened !== undefined && (
          <RunPanel
            row={opened} rows={rows} colourOf={colourOf} best={best} close={() => set({ opened: null })} open={(id) => set({ opened: id })}
            remove={(id) => remove([id])} hide={hide} changed={again}
          />
        )}
      </div>
      <UndoLine removed={removed} undo={undo} close={close} />
    </div>
  );
}

/** Esc leaves what is looked at closely, Ctrl+Z brings back what was just taken away; both belong to the frame otherwise. */
function keyDown(event: KeyboardEvent, leave: (() => void) | null, undo: (() => void) | null): void {
  if (takesText(event.target)) return;
  if (event.key === "Escape" && leave !== null) leave();
  else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && undo !== null) undo();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const withOrWithout = (ids: readonly string[], id: string, on: boolean): string[] => [...ids.filter((one) => one !== id), ...(on ? [id] : [])];

/** Deleting and hiding, and the way back from both. */
function useRemoving(rows: readonly KeptRun[], view: RunsView, set: (change: Partial<RunsView>) => void, again: () => void) {
  const { ask } = useAsk();
  const [removed, setRemoved] = useState<Removed | null>(null);
  const close = useCallback(() => setRemoved(null), []);
  const numbersOf = (ids: readonly string[]) => rows.filter(({ id }) => ids.includes(id)).map(({ number }) => number);
  const leave = (ids: readonly string[]) =>
    set({ chosen: view.chosen.filter((id) => !ids.includes(id)), ...(view.opened !== null && ids.includes(view.opened) ? { opened: null } : {}) });
  const remove = async (ids: readonly string[]) => {
    const text = words.runs.deleted(numbersOf(ids));
    if (isRefusal(await ask("delete_runs", { runs: ids }))) return;
    leave(ids);
    setRemoved({ ids, text, how: "delete" });
    again();
  };
  const hide = async (id: string, hidden: boolean) => {
    const text = words.runs.hid(numbersOf([id]));
    if (isRefusal(await ask("hide_runs", { runs: [id], hidden }))) return;
    if (hidden) setRemoved({ ids: [id], text, how: "hide" });
    if (hidden && !view.hidden) leave([id]);
    again();
  };
  const undo = async () => {
    if (removed === null) return;
    setRemoved(null);
    await (removed.how === "delete" ? ask("undelete_runs", { runs: removed.ids }) : ask("hide_runs", { runs: removed.ids, hidden: false }));
    again();
  };
  return {
    removed, close,
    remove: (ids: readonly string[]) => void remove(ids),
    hide: (id: string, hidden: boolean) => void hide(id, hidden),
    undo: () => void undo(),
  };
}

function NothingFits({ showAll }: { showAll: () => void }) {
  return (
    <div className="kw-page-empty">
      <p className="kw-soft">{words.runs.nothingFits}</p>
      <button type="button" className="kw-button kw-button-small" onClick={showAll}>
        {words.runs.showAll}
      </button>
    </div>
  );
}

function NoRuns({ trouble }: { trouble: string | null }) {
  const { go } = useBuilder();
  return (
    <EmptyPage title={words.runs.emptyTitle} hint={words.runs.emptyHint}>
      {trouble !== null && <p className="kw-runs-trouble kw-second">{trouble}</p>}
      <div className="kw-row">
        <button type="button" className="kw-button kw-button-main" onClick={() => go("train")}>
          {words.runs.goTrain}
        </button>
        <button type="button" className="kw-button" onClick={() => go("data")}>
          {words.runs.goData}
        </button>
      </div>
    </EmptyPage>
  );
}
