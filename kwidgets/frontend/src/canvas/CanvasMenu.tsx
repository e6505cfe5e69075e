// The menu of the right mouse button: the commands that fit what is under it, with their keys.
import * as ContextMenu from "@radix-ui/react-context-menu";
import { Fragment, type MouseEvent, type ReactNode } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useNamedCommands } from "../frame/CommandsContext";
import { keyLabel } from "../frame/keys";
import type { CommandName } from "../frame/useCommands";
import { useShared } from "../shared/context";
import { words } from "../shared/words";

const OF_CARDS: readonly (readonly CommandName[])[] = [
  ["copy", "cut", "paste", "duplicate"],
  ["connect", "openFold", "closeFold", "group", "ungroup", "saveBlock", "freeze", "bypass", "output", "useAgain"],
  ["remove"],
];
/** Under one line, so that the menu stays short. */
const ALIGNING: readonly CommandName[] = ["alignLeft", "alignCenter", "alignTop", "spread"];
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
            <Fragment key={names[0]}>
              {names[0] === "remove" && <Aligning />}
              <Group names={names} line={index > 0} />
            </Fragment>
          ))}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Aligning() {
  const { root } = useShared();
  const offered = useNamedCommands(ALIGNING).filter((command) => command.enabled);
  if (offered.length === 0) return null;
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className="kw-menu-item">
        {words.canvas.aligning}
        <span aria-hidden="true">▸</span>
      </ContextMenu.SubTrigger>
      <ContextMenu.Portal container={root()}>
        <ContextMenu.SubContent className="kw-popup kw-menu" collisionBoundary={root()} aria-label={words.canvas.aligning}>
          <Group names={ALIGNING} line={false} />
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
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
