// The button of all actions on what is chosen: the commands of the builder, with their keys.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useId, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useNamedCommands } from "../frame/CommandsContext";
import { keyLabel } from "../frame/keys";
import type { CommandName } from "../frame/useCommands";
import { useShared } from "../shared/context";
import { Icon } from "../shared/Icon";
import type { Refusal } from "../shared/messages";
import { useDraft } from "../shared/useDraft";
import { words } from "../shared/words";
import { useSend } from "./Sections";

const BEFORE: readonly (readonly CommandName[])[] = [
  ["add", "connect", "openFold", "closeFold"],
  ["copy", "cut", "duplicate", "useAgain"],
  ["freeze", "bypass", "output", "group", "ungroup"],
];
const AFTER: readonly (readonly CommandName[])[] = [["alignLeft", "alignCenter", "alignTop", "spread"], ["remove"]];

interface Props {
  /** Begins to rename; absent where there is nothing with one name. */
  rename?: () => void;
}

export function CardMenu({ rename }: Props) {
  const { root } = useShared();
  const { saveBlock } = useBuilder();
  const [asking, setAsking] = useState(false);
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <button type="button" className="kw-icon-button kw-card-menu" aria-label={words.inspector.menu} title={words.inspector.menu}>
          <Icon name="more" />
        </button>
      </Menu.Trigger>
      <Menu.Portal container={root()}>
        <Menu.Content
          className="kw-popup kw-menu" align="end" sideOffset={4} collisionBoundary={root()}
          onCloseAutoFocus={(event) => {
            // The field that opens takes the focus, not the button of the menu.
            if (asking) event.preventDefault();
            setAsking(false);
          }}
        >
          {rename !== undefined && (
            <Item
              label={words.inspector.rename} keys={words.inspector.smallKeys.rename}
              run={() => {
                setAsking(true);
                rename();
              }}
            />
          )}
          {BEFORE.map((names, index) => (
            <Group key={names[0]} names={names} line={index > 0 || rename !== undefined} />
          ))}
          <Item
            label={words.inspector.block.menu}
            run={() => {
              setAsking(true);
              saveBlock(true);
            }}
          />
          {AFTER.map((names) => (
            <Group key={names[0]} names={names} line />
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Group({ names, line }: { names: readonly CommandName[]; line: boolean }) {
  const offered = useNamedCommands(names).filter((command) => command.enabled);
  return (
    <>
      {line && offered.length > 0 && <Menu.Separator className="kw-menu-line" />}
      {offered.map((command) => (
        <Item key={command.name} label={command.label} keys={command.keys[0] === undefined ? undefined : keyLabel(command.keys[0])} run={command.run} />
      ))}
    </>
  );
}

function Item({ label, keys, run }: { label: string; keys?: string; run: () => void }) {
  return (
    <Menu.Item className="kw-menu-item" onSelect={run}>
      {label}
      {keys !== undefined && <span className="kw-key">{keys}</span>}
    </Menu.Item>
  );
}

/** Asks for the name under which what is chosen goes to one's own blocks. */
export function BlockForm({ nodes, start, close }: { nodes: readonly string[]; start: string; close: () => void }) {
  const id = useId();
  const send = useSend();
  const draft = useDraft(`block of ${nodes.join("\n")}`);
  const name = draft.value ?? start;
  const end = () => {
    draft.set(null);
    close();
  };
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const save = async () => {
    const answer = await send("save_block", { nodes, name: name.trim() });
    setRefusal(answer);
    if (answer === null) end();
  };
  return (
    <form
      className="kw-box kw-stack" aria-label={words.inspector.block.title}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        end();
      }}
    >
      <label className="kw-second kw-soft" htmlFor={id}>{words.inspector.block.name}</label>
      <input id={id} className="kw-input" autoFocus value={name} aria-invalid={refusal !== null} onChange={(event) => draft.set(event.target.value)} onFocus={(event) => event.target.select()} />
      {refusal !== null && <p className="kw-field-refusal" role="alert">{refusal.refused} {refusal.hint}</p>}
      <div className="kw-row">
        <button type="submit" className="kw-button kw-button-small kw-button-main">{words.inspector.block.save}</button>
        <button type="button" className="kw-button kw-button-small" onClick={end}>{words.inspector.block.cancel}</button>
      </div>
    </form>
  );
}
