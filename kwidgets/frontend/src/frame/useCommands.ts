// What can be done with the graph, in one list: keys, the context menu and the sheet of keys all read it.
import { useCallback, useMemo } from "react";
import { endOf } from "../canvas/flow";
import { copyText, pastedText } from "../shared/clipboard";
import { isRefusal } from "../shared/connection";
import { useAsk, useGraph, useShared } from "../shared/context";
import type { Card, Frame, Point } from "../shared/messages";
import { words } from "../shared/words";
import { useBuilder } from "./BuilderContext";
import { useDoor } from "./CanvasDoor";
import { useMaking } from "./useMaking";
import { whenThere } from "./whenThere";

export type CommandName = keyof typeof words.canvas.commands;

export interface Command {
  name: CommandName;
  label: string;
  /** Key combinations; the first is the one that is shown. */
  keys: readonly string[];
  enabled: boolean;
  run: () => void;
}

/** Copy, cut and paste come as the browser's own events, which bring the clipboard along; their keys are only shown. */
export const CLIPBOARD: ReadonlySet<CommandName> = new Set(["copy", "cut", "paste"]);

const KEYS: Partial<Record<CommandName, readonly string[]>> = {
  add: ["/"], find: ["Mod+f"], copy: ["Mod+c"], cut: ["Mod+x"], paste: ["Mod+v"], duplicate: ["Mod+d"], selectAll: ["Mod+a"], connect: ["c"],
  group: ["g"], ungroup: ["Shift+g"], freeze: ["f"], bypass: ["b"], openAll: ["e"], remove: ["Delete", "Backspace"], undo: ["Mod+z"],
  redo: ["Mod+Shift+z", "Mod+y"], keys: ["?"], addNote: ["n"], openFold: ["Enter"], closeFold: ["Shift+Enter"], onWire: ["/"], removeWire: ["Delete", "Backspace"],
};

/** Opens the search box: at the pointer where it is over the canvas, else beside the chosen card or wire. */
function useSearchOpener() {
  const door = useDoor();
  const { root } = useShared();
  const { openSearch, go, selected, wires } = useBuilder();
  const graph = useGraph();
  return useCallback(
    (find: boolean) => {
      go("build");
      const after = endOf(graph, selected);
      const wire = selected.size === 0 ? ([...wires][0] ?? null) : null;
      const at = door.current?.pointer() ?? besideOf(root(), wire ?? after, door.current?.place.current ?? null);
      if (at !== null) openSearch({ at, position: null, after, wire, find });
    },
    [door, go, graph, openSearch, root, selected, wires],
  );
}

/** A place beside a card or wire, or near the top of the canvas. */
function besideOf(root: HTMLElement | null, id: string | null, canvas: HTMLElement | null): { x: number; y: number } | null {
  const part = id === null ? null : (root?.querySelector(`:is(.react-flow__node, .react-flow__edge)[data-id="${CSS.escape(id)}"]`) ?? null);
  const box = (part ?? canvas ?? root)?.getBoundingClientRect();
  if (box === undefined) return null;
  return part === null ? { x: box.left + box.width / 2 - 180, y: box.top + 60 } : { x: box.right + 12, y: box.top };
}

/** Undo and redo, which say what they did. */
function useHistoryCommands() {
  const { ask } = useAsk();
  const { say } = useBuilder();
  return useCallback(
    async (gesture: "undo" | "redo") => {
      const reply = await ask(gesture);
      if (!isRefusal(reply)) say(words.frame[gesture === "undo" ? "undone" : "redone"](reply.label ?? ""));
    },
    [ask, say],
  );
}

/** Copy, cut and paste from the menu; a browser that gives code no clipboard is told about the keys. */
function useClipboardCommands(make: ReturnType<typeof useMaking>) {
  const { ask } = useAsk();
  const { tell } = useShared();
  return useMemo(() => {
    const copy = async (nodes: readonly string[]): Promise<boolean> => {
      const reply = await ask("copy", { nodes });
      if (isRefusal(reply)) return false;
      const copied = await copyText(reply.text);
      if (!copied) tell({ refused: words.canvas.noClipboard });
      return copied;
    };
    return {
      copy,
      cut: async (nodes: readonly string[]) => {
        if (await copy(nodes)) await ask("cut", { nodes });
      },
      paste: async (after: string | null) => {
        const text = await pastedText();
        if (text === null) tell({ refused: words.canvas.noClipboard });
        else await make("paste_layers", { text, after });
      },
    };
  }, [ask, make, tell]);
}

export function useCommands(showKeys: () => void): readonly Command[] {
  const graph = useGraph();
  const { ask } = useAsk();
  const door = useDoor();
  const make = useMaking();
  const openSearch = useSearchOpener();
  const clipboard = useClipboardCommands(make);
  const { selected, select, wires, selectWires, saveBlock } = useBuilder();
  const step = useHistoryCommands();
  return useMemo(() => {
    const nodes = graph.order.filter((id) => selected.has(id));
    const cards = nodes.map((id) => graph.cards.get(id)).filter((card) => card !== undefined);
    const [one] = cards;
    const free = graph.head.locked === null;
    const some = nodes.length > 0;
    const single = nodes.length === 1 && one !== undefined;
    const block = single ? blockOf(one, graph.head.frames) : null;
    const places = () => Object.fromEntries(nodes.map((id) => [id, [...(graph.places.get(id) ?? [0, 0])]]));
    const addNote = async () => {
      const reply = await ask("note", { text: words.canvas.newNote, position: placeOfNote(door.current) });
      const [note] = isRefusal(reply) ? [] : (reply.nodes ?? []);
      if (note !== undefined) whenThere(door.current?.place.current ?? null, `.react-flow__node[data-id="note ${CSS.escape(note)}"] textarea`);
    };
    const onlyWires = !some && wires.size > 0;
    const remove = () => {
      if (some) void ask("remove", { nodes, heal: true });
      else if (onlyWires) void ask("disconnect", { wires: [...wires] });
      selectWires([]);
      // What had the focus goes away: the keys must go on working.
      door.current?.place.current?.focus();
    };
    const runs: Record<CommandName, [enabled: boolean, run: () => void]> = {
      add: [free, () => openSearch(false)],
      find: [graph.order.length > 0, () => openSearch(true)],
      copy: [some, () => void clipboard.copy(nodes)],
      cut: [some && free, () => void clipboard.cut(nodes)],
      paste: [free, () => void clipboard.paste(endOf(graph, selected))],
      duplicate: [some && free, () => void make("duplicate", { nodes })],
      selectAll: [graph.order.length > 0, () => select(graph.order)],
      connect: [single, () => one !== undefined && door.current?.linking.begin(one.id)],
      group: [some && free, () => void make("group", { nodes })],
      ungroup: [single && free && block !== null, () => void make("ungroup", { node: block ?? "" })],
      saveBlock: [some, () => saveBlock(true)],
      freeze: [some && free, () => void ask("freeze", { nodes })],
      bypass: [some && free, () => void ask("bypass", { nodes })],
      openFold: [single && (one.opens || one.closed !== null), () => void ask("open_fold", { fold: one?.id ?? "", open: true })],
      closeFold: [single && one.inside !== null, () => void ask("open_fold", { fold: one?.inside ?? "", open: false })],
      openAll: [graph.head.folds > 0, () => void ask("open_all", { open: graph.head.opened === 0 })],
      output: [single && free && one.inputs !== 0, () => void ask("mark_output", { node: nodes[0] ?? "", output: one?.output !== true })],
      useAgain: [single && free && one.inputs !== 0, () => void make("use_again", { node: nodes[0] ?? "" })],
      alignLeft: [nodes.length > 1, () => void ask("align", { nodes, side: "left", places: places() })],
      alignTop: [nodes.length > 1, () => void ask("align", { nodes, side: "top", places: places() })],
      alignCenter: [nodes.length > 1, () => void ask("align", { nodes, side: "center", places: places() })],
      spread: [nodes.length > 2, () => void ask("distribute", { nodes, axis: longerAxis(Object.values(places())), places: places() })],
      addNote: [free, () => void addNote()],
      arrange: [graph.order.length > 0, () => void ask("arrange")],
      remove: [free && (some || onlyWires), remove],
      onWire: [free && onlyWires, () => openSearch(false)],
      removeWire: [free && onlyWires, remove],
      undo: [graph.head.undo !== null && free, () => void step("undo")],
      redo: [graph.head.redo !== null && free, () => void step("redo")],
      keys: [true, showKeys],
    };
    return (Object.keys(runs) as CommandName[]).map((name) => ({
      name, label: words.canvas.commands[name], keys: KEYS[name] ?? [], enabled: runs[name][0],
      run: () => {
        door.current?.moving.rest();
        runs[name][1]();
      },
    }));
  }, [ask, clipboard, door, graph, make, openSearch, saveBlock, select, selectWires, selected, showKeys, step, wires]);
}

/** The node of the nested model that a card is, or else of the opened one in which it stands. */
function blockOf(card: Card, frames: readonly Frame[]): string | null {
  if (["Model", "Sequential"].includes(card.class_name) && card.fold === null) return card.id;
  let frame = frames.find((one) => one.id === card.inside);
  while (frame !== undefined && !frame.block) {
    const around = frame.inside;
    frame = frames.find((one) => one.id === around);
  }
  return frame?.id ?? null;
}

/** A new note's size, in canvas units. */
const NOTE = { width: 200, height: 80 };

/** At the pointer, else the middle of what is shown, in canvas units; all of the note is seen. */
function placeOfNote(door: ReturnType<typeof useDoor>["current"]): number[] {
  const box = door?.place.current?.getBoundingClientRect();
  if (door === null || box === undefined) return [0, 0];
  const { x, y } = door.pointer() ?? { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  const zoom = door.flow.getZoom();
  const within = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));
  const at = door.flow.screenToFlowPosition({
    x: within(x, box.left, box.right - NOTE.width * zoom), y: within(y, box.top, box.bottom - NOTE.height * zoom),
  });
  return [Math.round(at.x), Math.round(at.y)];
}

/** Along which axis some places reach further. */
function longerAxis(places: readonly Point[]): "horizontal" | "vertical" {
  const reach = (axis: 0 | 1) => {
    const along = places.map((place) => place[axis] ?? 0);
    return Math.max(...along) - Math.min(...along);
  };
  return reach(0) > reach(1) ? "horizontal" : "vertical";
}
