// Tabs as WAI-ARIA describes them: arrow keys move, one tab stop.
import { type KeyboardEvent, type ReactNode, useId } from "react";

interface Props {
  label: string;
  tabs: Record<string, () => ReactNode>;
  chosen: string;
  choose: (name: string) => void;
}

export function Tabs({ label, tabs, chosen, choose }: Props) {
  const id = useId();
  const names = Object.keys(tabs);
  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = names[(names.indexOf(chosen) + step + names.length) % names.length];
    if (next === undefined) return;
    choose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
    event.preventDefault();
  };
  return (
    <div className="kw-tabs">
      <div role="tablist" aria-label={label} className="kw-tablist" onKeyDown={keyDown}>
        {names.map((name) => (
          <button
            key={name} type="button" role="tab" data-tab={name} id={`${id}-${name}`} aria-selected={name === chosen}
            aria-controls={`${id}-panel`} tabIndex={name === chosen ? 0 : -1} onClick={() => choose(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} className="kw-panel" tabIndex={0}>
        {tabs[chosen]?.()}
      </div>
    </div>
  );
}
