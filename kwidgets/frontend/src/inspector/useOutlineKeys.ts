// The outline by keyboard: a tree as WAI-ARIA describes it, with the canvas's commands on the row that has the focus.
import type { KeyboardEvent } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { isPressed, takesText } from "../frame/keys";
import { useAsk, useGraph } from "../shared/context";
import type { DetailsArgument, Gesture } from "../shared/connection";
import { useInspector, useLocked } from "./InspectorContext";
import { focusedElement } from "../shared/deep";
import { moveAfter, type Row } from "./outlineRows";

export interface OutlineState {
  rows: readonly Row[];
  /** The row with the tab stop. */
  active: Row | undefined;
  setActive: (key: string) => void;
  /** Shows what lies under a row, or hides it. */
  open: (row: Row, open: boolean) => void;
  setEditing: (key: string | null) => void;
  /** Chooses a card besides those that are, or no longer. */
  toggle: (id: string) => void;
}

type Act = (row: Row) => void;

export function useOutlineKeys(state: OutlineState): (event: KeyboardEvent) => void {
  const commands = useRowCommands(state);
  return (event) => {
    const { active } = state;
    if (active === undefined || event.nativeEvent.isComposing || takesText(event.target)) return;
    const act = movement(event, state) ?? Object.entries(commands).find(([keys]) => keys.split(" ").some((one) => isPressed(event, one === "Space" ? " " : one)))?.[1];
    if (act === undefined) return;
    event.preventDefault();
    act(active);
  };
}

/** What the arrow keys do, Home and End. */
function movement(event: KeyboardEvent, state: OutlineState): Act | undefined {
  const { rows, active, setActive, open } = state;
  if (active === undefined || event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const at = rows.indexOf(active);
  const to = (index: number) => () => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row !== undefined) setActive(row.key);
  };
  const shut = active.kind === "inside" || (active.kind === "card" && !active.open);
  const inward = shut ? () => open(active, true) : active.open === true ? to(at + 1) : () => undefined;
  const outward = active.open === true ? () => open(active, false) : () => active.parent !== null && setActive(active.parent);
  const moves: Record<string, Act> = { ArrowDown: to(at + 1), ArrowUp: to(at - 1), Home: to(0), End: to(rows.length - 1), ArrowRight: inward, ArrowLeft: outward };
  return moves[event.key];
}

/** Commands by their keys. */
function useRowCommands({ setEditing, toggle, open }: OutlineState): Record<string, Act> {
  const graph = useGraph();
  const { ask } = useAsk();
  const { show, openSearch } = useBuilder();
  const { onConnect } = useInspector();
  const locked = useLocked();
  const edit = <Name extends Gesture>(gesture: Name, ...details: DetailsArgument<Name>) => void (locked ? undefined : ask(gesture, ...details));
  const onCard = (act: (id: string) => void): Act => (row) => "card" in row && (row.kind === "card" || row.kind === "connect") && act(row.card.id);
  const move = (step: -1 | 1) =>
    onCard((node) => {
      const after = moveAfter(graph, node, step);
      if (after !== undefined) edit("reorder", { node, after });
    });
  return {
    "Space Shift+Space Mod+Space": (row) => (row.kind === "frame" ? open(row, false) : toggle(row.card.id)),
    Enter: (row) => {
      if (row.kind === "card") show(row.card.id);
      else if (row.kind === "frame") open(row, false);
      else if (row.kind === "inside") open(row, true);
      else if (row.kind === "connect") rowElement(row.key)?.querySelector("select")?.focus();
      else show(row.other.id);
    },
    "Delete Backspace": (row) => {
      if (row.kind === "card") edit("remove", { nodes: [row.card.id], heal: true });
      else if (row.kind === "frame" && row.frame.block) edit("remove", { nodes: [row.frame.id], heal: true });
      else if (row.kind === "from" || row.kind === "to") edit("disconnect", { wires: [row.wire.id] });
    },
    F2: (row) => row.kind === "card" && !locked && setEditing(row.key),
    "Alt+ArrowUp": move(-1),
    "Alt+ArrowDown": move(1),
    f: onCard((id) => edit("freeze", { nodes: [id] })),
    b: onCard((id) => edit("bypass", { nodes: [id] })),
    g: onCard((id) => edit("group", { nodes: [id] })),
    c: onCard((id) => !locked && onConnect(id)),
    "/": onCard((id) => {
      const box = focusedElement()?.getBoundingClientRect();
      if (!locked && box !== undefined) openSearch({ at: { x: box.left, y: box.bottom }, position: null, after: id, wire: null });
    }),
  };
}

function rowElement(key: string): HTMLElement | null {
  const tree = focusedElement()?.closest("[role=tree]");
  return tree?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}
