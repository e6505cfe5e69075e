// The builder's keys. The notebook must hear none of them: its commands cut and delete cells.
import { type ClipboardEvent, type KeyboardEvent, useCallback } from "react";
import { endOf } from "../canvas/flow";
import { useAnswer, useAsk, useGraph } from "../shared/context";
import { useBuilder } from "./BuilderContext";
import { useDoor } from "./CanvasDoor";
import { useAllCommands } from "./CommandsContext";
import { goToSettings } from "./goToSettings";
import { isPressed, takesText } from "./keys";
import { CLIPBOARD, type Command, type CommandName } from "./useCommands";
import { useMaking } from "./useMaking";

/** Of cards whose text is made before anybody copies it. */
const MOST_PREPARED = 100;
const MODIFIERS: ReadonlySet<string> = new Set(["Shift", "Control", "Alt", "Meta"]);
const STEP = 10;
const LARGE_STEP = 50;
const ARROWS: Record<string, [number, number]> = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const ON_EVERY_PAGE: ReadonlySet<string> = new Set(["undo", "redo", "find", "keys"]);

function runsHere(command: Command, page: string): boolean {
  return page === "build" || ON_EVERY_PAGE.has(command.name);
}

export function useFrameKeys(): { onKeyDown: (event: KeyboardEvent) => void } {
  const commands = useAllCommands();
  const { page, selected } = useBuilder();
  const choosesFocused = useChoosingFocused();
  const door = useDoor();
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.nativeEvent.isComposing) return;
      if (door.current?.linking.keyDown(event) === true) return;
      if (door.current?.roving.keyDown(event) === true) return;
      const target = event.target as HTMLElement;
      const inCanvas = target.closest(".kw-canvas") !== null;
      const arrow = ARROWS[event.key];
      if (arrow !== undefined && inCanvas && selected.size > 0 && !takesText(target) && !event.ctrlKey && !event.metaKey) {
        const step = event.shiftKey ? LARGE_STEP : STEP;
        door.current?.moving.nudge([...selected], arrow[0] * step, arrow[1] * step);
        event.preventDefault();
        return;
      }
      if (arrow === undefined && !MODIFIERS.has(event.key)) door.current?.moving.rest();
      const typing = takesText(target);
      if (!typing && choosesFocused(event)) return;
      const found = commands.find((command) => !CLIPBOARD.has(command.name) && command.keys.some((keys) => isPressed(event, keys)));
      if (found === undefined || !runsHere(found, page)) return;
      // In a text field letters are text; its own undo comes first while something unsent is typed there.
      const undoes = (found.name === "undo" || found.name === "redo") && target.dataset.unsent === undefined && target.dataset.field !== undefined;
      if (typing && found.name !== "find" && !undoes) return;
      // Enter and Delete on a button, a link or a tree belong to it.
      if ((event.key === "Enter" || event.key === "Delete" || event.key === "Backspace") && !inCanvas) return;
      event.preventDefault();
      if (found.enabled) found.run();
      else if (event.key === "Enter") goToSettings(target);
    },
    [choosesFocused, commands, door, page, selected],
  );
  return { onKeyDown };
}

/** Enter and Space choose the card or wire that has the focus; with Shift, Ctrl or Cmd besides what is chosen. */
function useChoosingFocused(): (event: KeyboardEvent) => boolean {
  const { selected, select, wires, selectWires } = useBuilder();
  return useCallback(
    (event) => {
      const part = event.target as HTMLElement;
      const id = part.dataset.id;
      const isCard = part.classList.contains("react-flow__node-card");
      if (id === undefined || !(isCard || part.classList.contains("react-flow__edge"))) return false;
      if (event.altKey || (event.key !== " " && event.key !== "Enter")) return false;
      const chosen = isCard ? selected : wires;
      const more = event.shiftKey || event.ctrlKey || event.metaKey;
      // Enter on what is chosen opens it; on one of several it chooses this one alone first, as a click does.
      if (event.key === "Enter" && chosen.has(id) && (more || chosen.size === 1)) return false;
      select(isCard ? chosenWith(selected, id, more) : []);
      selectWires(isCard ? [] : chosenWith(wires, id, more));
      event.preventDefault();
      return true;
    },
    [select, selectWires, selected, wires],
  );
}

function chosenWith(chosen: ReadonlySet<string>, id: string, more: boolean): string[] {
  if (!more) return [id];
  return chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id];
}

/** Copy, cut and paste of layers as YAML text, by the browser's clipboard events, which need no permission. */
export function useClipboard() {
  const graph = useGraph();
  const { page, selected } = useBuilder();
  const { ask } = useAsk();
  const make = useMaking();
  const nodes = graph.order.filter((id) => selected.has(id));
  // The event wants its text at once: for a choice of usual size it is there before it is asked for.
  const copied = useAnswer("copy", nodes.length === 0 || nodes.length > MOST_PREPARED ? null : { nodes });
  const commands = useAllCommands();
  const take = (event: ClipboardEvent, later: CommandName): boolean => {
    if (takesText(event.target) || page !== "build" || nodes.length === 0) return false;
    event.preventDefault();
    if (copied === null) commands.find((command) => command.name === later)?.run();
    else event.clipboardData.setData("text/plain", copied.text);
    return copied !== null;
  };
  return {
    onCopy: (event: ClipboardEvent) => void take(event, "copy"),
    onCut: (event: ClipboardEvent) => {
      if (take(event, "cut")) void ask("cut", { nodes });
    },
    onPaste: (event: ClipboardEvent) => {
      if (takesText(event.target) || page !== "build") return;
      event.preventDefault();
      const text = event.clipboardData.getData("text/plain");
      void make("paste_layers", { text, after: endOf(graph, selected) });
    },
  };
}
