// All keys on one sheet.
import { useEffect, useId, useRef } from "react";
import { useShared } from "../shared/context";
import { focusedElement } from "../shared/deep";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import { useAllCommands } from "./CommandsContext";
import { keyLabel } from "./keys";

export function KeysSheet({ close }: { close: () => void }) {
  const id = useId();
  const sheet = useRef<HTMLDivElement>(null);
  const commands = useAllCommands().filter((command) => command.keys.length > 0);
  useEffect(() => {
    const before = focusedElement() as HTMLElement | null;
    sheet.current?.focus();
    return () => before?.focus();
  }, []);
  useEscape(close);
  return (
    <div
      className="kw-keys kw-popup" role="dialog" aria-labelledby={id} ref={sheet} tabIndex={-1} data-testid="kw-keys"
    >
      <div className="kw-row">
        <h2 id={id} className="kw-grow">
          {words.frame.keys}
        </h2>
        <button type="button" className="kw-icon-button" aria-label={words.frame.close} onClick={close}>
          <Icon name="close" size={14} />
        </button>
      </div>
      <p className="kw-soft kw-second">{words.frame.keysIntro}</p>
      <dl className="kw-keys-list">
        {commands.map((command) => (
          <KeyRow key={command.name} label={command.label} keys={command.keys.map(keyLabel)} />
        ))}
        {words.canvas.gestures.map(([label = "", keys = ""]) => (
          <KeyRow key={label} label={label} keys={[keys]} />
        ))}
      </dl>
    </div>
  );
}

/** Wherever in the builder the focus is: a menu that has just been left takes it back to its card. */
function useEscape(close: () => void): void {
  const { root } = useShared();
  useEffect(() => {
    const element = root();
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close();
    };
    element?.addEventListener("keydown", pressed, true);
    return () => element?.removeEventListener("keydown", pressed, true);
  }, [close, root]);
}

function KeyRow({ label, keys }: { label: string; keys: readonly string[] }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {keys.map((one) => (
          <span key={one} className="kw-key">
            {one}
          </span>
        ))}
      </dd>
    </div>
  );
}
