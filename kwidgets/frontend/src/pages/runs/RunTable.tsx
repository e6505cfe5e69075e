// All runs, a line each, of which only those in view are drawn. Rows are reached by the arrow keys, columns can be sorted.
import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { focusedElement } from "../../shared/deep";
import type { KeptRun, RunColumn } from "../../shared/messages";
import { words } from "../../shared/words";
import { Cell, RowHead } from "./RunCells";
import type { Column, Order } from "./table";
import { titleOf, widthsOf } from "./texts";
import { inView, ROW, scrolledTo } from "./window";

export interface RunTableProps {
  rows: readonly KeptRun[];
  columns: readonly Column[];
  known: readonly RunColumn[];
  order: Order;
  sortBy: (column: Column) => void;
  best: ReadonlySet<string>;
  /** The run whose details are shown. */
  opened: string | null;
  open: (id: string | null) => void;
  /** Runs chosen for comparing. */
  chosen: ReadonlySet<string>;
  choose: (id: string, chosen: boolean) => void;
  /** The colour of a run's curves; null: they are not drawn. */
  colourOf: (id: string) => number | null;
  draw: (ids: readonly string[], drawn: boolean) => void;
  remove: (id: string) => void;
}

export function RunTable(props: RunTableProps) {
  const { rows, columns, known, opened } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useView(place);
  const [active, setActive] = useState<string | null>(null);
  const ids = useMemo(() => rows.map(({ id }) => id), [rows]);
  const at = Math.max(0, ids.indexOf(active ?? opened ?? ""));
  const today = new Date().toDateString();
  const now = useMemo(() => new Date(today), [today]);
  const widths = useMemo(() => widthsOf(rows, columns, known, now), [rows, columns, known, now]);
  const keyDown = useRowKeys(props, ids, at, place, setActive);
  const { from, to } = inView(rows.length, view.top, view.height);
  // The row that Tab reaches is drawn wherever the table is scrolled to.
  const drawn = [...new Set([...Array.from({ length: to - from }, (_, index) => from + index), at])].filter((index) => index < rows.length);
  return (
    <div className="kw-runs-scroll" ref={place} data-testid="kw-runs-scroll">
      <div
        role="grid" className="kw-runs-table" aria-label={words.runs.table} aria-rowcount={rows.length + 1} aria-multiselectable="true" data-testid="kw-runs-table"
        style={{ "--kw-columns": widths.map((width) => `minmax(calc(${width}em + 12px), ${width}fr)`).join(" ") } as React.CSSProperties} onKeyDown={keyDown}
      >
        <div role="rowgroup" className="kw-runs-titles">
          <Titles {...props} />
        </div>
        <div role="rowgroup" className="kw-runs-rows" style={{ height: rows.length * ROW }}>
          {drawn.map((index) => {
            const row = rows[index] as KeptRun;
            return <Row key={row.id} row={row} index={index} stop={index === at} now={now} setActive={setActive} {...props} />;
          })}
        </div>
      </div>
    </div>
  );
}

/** Where the table is scrolled to and how much of it is seen. */
function useView(place: RefObject<HTMLDivElement | null>): { top: number; height: number } {
  const [view, setView] = useState({ top: 0, height: 10 * ROW });
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const look = () => setView((before) => (before.top === element.scrollTop && before.height === element.clientHeight ? before : { top: element.scrollTop, height: element.clientHeight }));
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [place]);
  return view;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };

function useRowKeys({ open, opened, chosen, choose, remove, rows }: RunTableProps, ids: readonly string[], at: number, place: RefObject<HTMLDivElement | null>, setActive: (id: string) => void) {
  const go = useCallback(
    (index: number) => {
      const id = ids[index];
      const element = place.current;
      if (id === undefined || element === null) return;
      setActive(id);
      element.scrollTop = scrolledTo(index, element.scrollTop, element.clientHeight - ROW);
      const focus = () => {
        const row = element.querySelector<HTMLElement>(`[data-run-id="${CSS.escape(id)}"]`);
        row?.focus({ preventScroll: true });
        return row !== null;
      };
      // At once, so that the next key is this row's; one far away is only now drawn.
      if (!focus()) requestAnimationFrame(focus);
    },
    [ids, place, setActive],
  );
  return (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-run-id]");
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const id = row.dataset.runId ?? "";
    const step = STEPS[event.key];
    const onRow = focusedElement() === row;
    if (step !== undefined) go(Math.max(0, Math.min(rows.length - 1, at + step)));
    else if (event.key === "Enter" && onRow) open(opened === id ? null : id);
    else if (event.key === " " && onRow) choose(id, !chosen.has(id));
    else if (event.key === "Delete" || event.key === "Backspace") {
      // The focus goes on to a neighbour: the row is about to leave.
      go(at + 1 < rows.length ? at + 1 : at - 1);
      remove(id);
    } else return;
    event.preventDefault();
  };
}

function Titles({ rows, columns, known, order, sortBy, colourOf, draw }: RunTableProps) {
  const ids = rows.map(({ id }) => id);
  const all = ids.length > 0 && ids.every((id) => colourOf(id) !== null);
  return (
    <div role="row" className="kw-runs-row" aria-rowindex={1}>
      {columns.map((column) => {
        const sorts = order.column === column;
        const title = titleOf(column, known);
        const full = titleOf(column, known, true);
        return (
          <div key={column} role="columnheader" className="kw-runs-cell" aria-sort={sorts ? (order.down ? "descending" : "ascending") : "none"}>
            {column === "run" && (
              <button type="button" className={`kw-swatch kw-swatch-all ${all ? "kw-swatch-on" : ""}`} aria-pressed={all} aria-label={words.runs.drawAll(ids.length)} title={words.runs.drawAll(ids.length)} onClick={() => draw(ids, !all)} />
            )}
            <button type="button" className="kw-runs-sort kw-ellipsis" title={words.runs.sortBy(full)} onClick={() => sortBy(column)}>
              {title} <span aria-hidden="true">{sorts ? (order.down ? "▼" : "▲") : ""}</span>
            </button>
          </div>
        );
      })}
    </div>
  );
}

interface RowProps extends RunTableProps {
  row: KeptRun;
  index: number;
  /** Whether Tab stops here. */
  stop: boolean;
  now: Date;
  setActive: (id: string) => void;
}

function Row({ row, index, stop, now, columns, best, opened, open, chosen, choose, colourOf, draw, setActive }: RowProps) {
  const { id } = row;
  const press = (event: React.MouseEvent) => {
    setActive(id);
    if (event.ctrlKey || event.metaKey || event.shiftKey) choose(id, !chosen.has(id));
    else open(id === opened ? null : id);
  };
  return (
    <div
      role="row" className={`kw-runs-row kw-runs-line-row ${id === opened ? "kw-runs-opened" : ""} ${row.hidden ? "kw-runs-hidden" : ""}`} aria-rowindex={index + 2}
      aria-selected={chosen.has(id)} aria-current={id === opened ? "true" : undefined} tabIndex={stop ? 0 : -1} data-run-id={id} data-testid={`kw-run-${row.number}`}
      style={{ transform: `translateY(${index * ROW}px)` }} onClick={press}
    >
      {columns.map((column) =>
        column === "run" ? (
          <div key={column} role="rowheader" className="kw-runs-cell">
            <RowHead
              row={row} best={best.has(id)} chosen={chosen.has(id)} colour={colourOf(id)} stop={stop}
              choose={(now) => choose(id, now)} draw={(drawn) => draw([id], drawn)}
            />
          </div>
        ) : (
          <div key={column} role="gridcell" className="kw-runs-cell">
            <Cell row={row} column={column} now={now} />
          </div>
        ),
      )}
    </div>
  );
}
