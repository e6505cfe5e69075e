// The graph as a tree of rows: all that the canvas can do, for who does not use a pointer or reads by ear.
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useAsk, useGraph } from "../shared/context";
import { focusedElement } from "../shared/deep";
import { words } from "../shared/words";
import { useFold, useInspector } from "./InspectorContext";
import { OutlineRow } from "./OutlineRow";
import { isFold, outlineRows, type Row } from "./outlineRows";
import { type OutlineState, useOutlineKeys } from "./useOutlineKeys";

/** several: whether several cards are chosen, which opens it unless a person has closed it. */
export function Outline({ several }: { several: boolean }) {
  const id = useId();
  const [open, setOpen] = useFold("outline", several);
  const { totals } = useGraph().head;
  const { onFind } = useInspector();
  const { title } = words.inspector.outline;
  return (
    <div className="kw-outline" onFocus={() => setOpen(open)}>
      <div className="kw-outline-head">
        <button type="button" className="kw-fold-button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
          <span>{title} <span className="kw-outline-count">({totals.layers})</span></span>
        </button>
        <button type="button" className="kw-outline-find" title={words.inspector.model.findLong} onClick={onFind}>
          {words.inspector.model.find} <kbd className="kw-key">{words.inspector.smallKeys.find}</kbd>
        </button>
      </div>
      {open && <div id={id} className="kw-outline-body"><Tree /></div>}
    </div>
  );
}

function Tree(): ReactNode {
  const tree = useRef<HTMLUListElement>(null);
  const { selected } = useBuilder();
  const [editing, setEditing] = useState<string | null>(null);
  const state = useOutlineState(setEditing);
  const keyDown = useOutlineKeys(state);
  const { rows, active } = state;
  useKeptFocus(tree, active?.key, editing);
  const hint = useId();
  return (
    <>
      <span id={hint} className="kw-hidden">{words.inspector.outline.keys}</span>
      <ul ref={tree} role="tree" aria-label={words.inspector.outline.label} aria-describedby={hint} aria-multiselectable="true" className="kw-tree" onKeyDown={keyDown}>
        {rows.map((row) => (
          <OutlineRow
            key={row.key} row={row} active={row === active} chosen={row.kind === "card" && selected.has(row.card.id)}
            editing={editing === row.key} state={state}
          />
        ))}
      </ul>
    </>
  );
}

function useOutlineState(setEditing: (key: string | null) => void): OutlineState {
  const graph = useGraph();
  const { ask } = useAsk();
  const { selected, select } = useBuilder();
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState<{ key: string; index: number } | null>(null);
  const rows = useMemo(() => outlineRows(graph, expanded), [graph, expanded]);
  const first = rows.find((row) => row.kind === "card" && selected.has(row.card.id)) ?? rows[0];
  // What has the tab stop may be gone or have another name: then it is what stands in its place.
  const active = wanted === null ? first : (rows.find((row) => row.key === wanted.key) ?? rows[Math.min(wanted.index, rows.length - 1)]);
  const open = (row: Row, shown: boolean) => {
    if (row.kind === "frame") void ask("open_fold", { fold: row.frame.id, open: shown });
    else if (row.kind === "inside" || (row.kind === "card" && isFold(row.card))) void ask("open_fold", { fold: row.card.id, open: shown });
    else if (row.kind === "card") setExpanded((before) => toggled(before, row.card.id));
  };
  return {
    rows, active, open, setEditing,
    setActive: (key) => setWanted({ key, index: rows.findIndex((row) => row.key === key) }),
    toggle: (id) => select([...toggled(selected, id)]),
  };
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(ids);
  if (!after.delete(id)) after.add(id);
  return after;
}

/** Keeps the focus in the tree while rows come and go: a row that is taken away would drop it. */
function useKeptFocus(tree: React.RefObject<HTMLUListElement | null>, key: string | undefined, editing: string | null): void {
  const within = useRef(false);
  useEffect(() => {
    const element = tree.current;
    if (element === null) return;
    const entered = () => (within.current = true);
    const left = (event: FocusEvent) => {
      const to = event.relatedTarget as Node | null;
      // Where the focus goes nowhere, its row was taken away; a click elsewhere gives it to something or to the page.
      if (to !== null && !element.contains(to)) within.current = false;
    };
    const pressed = (event: PointerEvent) => {
      if (!element.contains(event.target as Node)) within.current = false;
    };
    element.addEventListener("focusin", entered);
    element.addEventListener("focusout", left);
    document.addEventListener("pointerdown", pressed, { capture: true });
    return () => {
      element.removeEventListener("focusin", entered);
      element.removeEventListener("focusout", left);
      document.removeEventListener("pointerdown", pressed, { capture: true });
    };
  }, [tree]);
  useEffect(() => {
    const element = tree.current;
    if (!within.current || element === null || editing !== null || key === undefined) return;
    const row = element.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    const inside = row?.contains(focusedElement()) === true && focusedElement() instanceof HTMLSelectElement;
    if (!inside) row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  });
}
