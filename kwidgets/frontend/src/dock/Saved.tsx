// When the document was saved, quietly; pressed, its versions and its name.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { type KeyboardEvent, useMemo, useState } from "react";
import { useEdit } from "../form/useEdit";
import { isRefusal } from "../shared/connection";
import { useAnswer, useAsk, useShared, useTrait } from "../shared/context";
import { fieldText } from "../shared/figures";
import type { Field, Json, VersionEntry } from "../shared/messages";
import { words } from "../shared/words";

export function Saved() {
  const { root } = useShared();
  const { ask } = useAsk();
  const { name, saved, writes, trouble } = useTrait("saving");
  const [open, setOpen] = useState(false);
  const [naming, setNaming] = useState(false);
  if (name === null || (saved === null && trouble === null)) return null;
  const state = !writes || trouble !== null || saved === null ? words.documents.notSaved : words.documents.saved(saved);
  if (naming) return <DocumentName name={name} end={() => setNaming(false)} />;
  return (
    <Menu.Root modal={false} open={open} onOpenChange={setOpen}>
      <Menu.Trigger className="kw-saved kw-soft kw-second" aria-label={words.documents.versionsLabel(state)} title={name} data-testid="kw-saved">
        {state} <span aria-hidden="true">▾</span>
      </Menu.Trigger>
      <Menu.Portal container={root()}>
        <Menu.Content className="kw-popup kw-menu" aria-label={words.documents.versionsOf(name)} align="end" side="top" sideOffset={4} collisionPadding={8}>
          <Menu.Label className="kw-soft kw-second kw-versions-label kw-ellipsis" title={name}>
            {words.documents.versionsOf(name)}
          </Menu.Label>
          {writes && (
            <Menu.Item className="kw-menu-item" data-testid="kw-rename-document" onSelect={() => setNaming(true)}>
              {words.documents.rename}
            </Menu.Item>
          )}
          {open && <Versions saved={saved} choose={(version) => void ask("open_version", { version })} />}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

const WRITING = { show: fieldText, read: (text: string): Json => text.trim() };

/** The name in the place of the line, chosen whole; Enter takes it, Escape leaves it as it was. */
function DocumentName({ name, end }: { name: string; end: () => void }) {
  const { ask } = useAsk();
  const field = useMemo<Field>(
    () => ({ name: "name", label: words.documents.nameLabel, help: "", control: { kind: "text" }, value: name, default: null, old_names: [], mixed: false }),
    [name],
  );
  const send = async (value: Json) => {
    const reply = await ask("rename_document", { name: fieldText(value) });
    return isRefusal(reply) ? reply : null;
  };
  const edit = useEdit(field, WRITING, send, "name of the document");
  const leave = () => {
    edit.leave();
    end();
  };
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") edit.restore();
    if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
  };
  return (
    <input
      className="kw-input kw-document-name" autoFocus aria-label={words.documents.nameLabel} data-testid="kw-document-name" value={edit.typed ?? fieldText(edit.value)}
      onFocus={(event) => event.currentTarget.select()} onChange={(event) => edit.type(event.target.value)} onBlur={leave} onKeyDown={keyDown}
    />
  );
}

function Versions({ saved, choose }: { saved: number | null; choose: (version: number) => void }) {
  const answer = useAnswer("versions", { saved });
  if (answer === null) return null;
  if (answer.versions.length === 0) return <div className="kw-versions-label kw-soft">{words.documents.noVersions}</div>;
  return answer.versions.map((version) => (
    <Menu.Item key={version.number} className="kw-menu-item" data-testid="kw-version" onSelect={() => choose(version.number)}>
      <span>{words.documents.versionText(version.saved, version.layers)}</span>
      <span className="kw-soft kw-second kw-version-change kw-ellipsis">{changeOf(version)}</span>
    </Menu.Item>
  ));
}

const changeOf = ({ number, label }: VersionEntry) => (number === 0 ? words.documents.storedNow : label);
