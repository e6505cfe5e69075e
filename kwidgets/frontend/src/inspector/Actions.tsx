// The buttons under a card's figures: freezing and bypassing, with their keys and whether they hold.
import { useAsk } from "../shared/context";
import { words } from "../shared/words";
import { useLocked } from "./InspectorContext";

interface Props {
  nodes: readonly string[];
  /** Null where it makes no sense. */
  frozen: boolean | null;
  bypassed: boolean | null;
  /** For several: make a block of them. */
  group?: boolean;
}

export function Actions({ nodes, frozen, bypassed, group = false }: Props) {
  const { ask } = useAsk();
  const { freeze, bypass, smallKeys, several } = words.inspector;
  return (
    <div className="kw-two kw-actions">
      <Action label={freeze} keys={smallKeys.freeze} pressed={frozen ?? undefined} disabled={frozen === null} run={() => void ask("freeze", { nodes })} />
      <Action label={bypass} keys={smallKeys.bypass} pressed={bypassed ?? undefined} disabled={bypassed === null} run={() => void ask("bypass", { nodes })} />
      {group && <Action label={several.group} keys={smallKeys.group} run={() => void ask("group", { nodes })} />}
    </div>
  );
}

interface ActionProps {
  label: string;
  keys?: string;
  /** Left out for what is done once and does not hold. */
  pressed?: boolean;
  disabled?: boolean;
  run: () => void;
}

export function Action({ label, keys, pressed, disabled = false, run }: ActionProps) {
  const locked = useLocked();
  return (
    <button type="button" className="kw-button kw-button-small kw-action" aria-pressed={pressed} aria-keyshortcuts={keys} disabled={locked || disabled} onClick={run}>
      {label}
      {keys !== undefined && <kbd className="kw-key">{keys}</kbd>}
    </button>
  );
}
