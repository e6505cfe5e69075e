// The menu of the right mouse button: the commands that fit what is under it, with their keys.
import * as ContextMenu from "@radix-ui/react-context-menu";
import type { MouseEvent, ReactNode } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useNamedCommands } from "../frame/CommandsContext";
import { keyLabel } from "../frame/keys";
import type { CommandName } from "../frame/useCommands";
import { useShared } from "../shared/context";
import { words } from "../shared/words";

const OF_CARDS: readonly (readonly CommandName[])[] = [
  ["copy", "cut", "paste", "duplicate"],
  ["connect", "openFold", "closeFold", "group", "ungroup", "saveBlock", "freeze", "bypass", "output", "useAgain"],
  ["alignLeft", "alignCenter", "alignTop", "spread"],
  ["remove"],
];
const OF_WIRES: readonly (readonly CommandName[])[] = [["onWire", "removeWire"]];
const OF_CANVAS: readonly (readonly CommandName[])[] = [
  ["add", "find", "paste", "selectAll"],
  ["addNote", "arrange", "openAll"],
  ["undo", "redo"],
  ["keys"],
];

export function CanvasMenu({ choose, children }: { choose: (event: MouseEvent) => void; children: ReactNode }) {
  const { root } = useShared();
  const { selected, wires } = useBuilder();
  const groups = selected.size > 0 ? OF_CARDS : wires.size > 0 ? OF_WIRES : OF_CANVAS;
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild onContextMenuCapture={choose}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal container={root()}>
        <ContextMenu.Content className="kw-popup kw-menu" collisionBoundary={root()} aria-label={selected.size > 0 ? words.canvas.chosenMenu : words.canvas.modelMenu}>
          {groups.map((names, index) => (
            <Group key={names[0]} names={names} line={index > 0} />
          ))}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Group({ names, line }: { names: readonly CommandName[]; line: boolean }) {
  const offered = useNamedCommands(names).filter((command) => command.enabled);
  if (offered.length === 0) return null;
  return (
    <>
      {line && <ContextMenu.Separator className="kw-menu-line" />}
      {offered.map((command) => (
        <ContextMenu.Item key={command.name} className="kw-menu-item" onSelect={command.run}>
          {command.label}
          {command.keys[0] !== undefined && <span className="kw-key">{keyLabel(command.keys[0])}</span>}
        </ContextMenu.Item>
      ))}
    </>
  );
}
