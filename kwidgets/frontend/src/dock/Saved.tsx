// When the document was saved, quietly; pressed, its versions.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useState } from "react";
import { useAnswer, useAsk, useShared, useTrait } from "../shared/context";
import type { VersionEntry } from "../shared/messages";
import { words } from "../shared/words";

export function Saved() {
  const { root } = useShared();
  const { ask } = useAsk();
  const { name, saved, writes, trouble } = useTrait("saving");
  const [open, setOpen] = useState(false);
  if (name === null || (saved === null && trouble === null)) return null;
  const state = !writes || trouble !== null || saved === null ? words.documents.notSaved : words.documents.saved(saved);
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
          {open && <Versions saved={saved} choose={(version) => void ask("open_version", { version })} />}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
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
