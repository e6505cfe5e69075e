// Settings of a card, or what is inside it: one tab each.
import { type KeyboardEvent, useRef } from "react";
import { words } from "../../shared/words";
import { type Tab, TABS, useLooking } from "./useInside";

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

export function Tabs() {
  const [{ tab: chosen }, look] = useLooking();
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (TABS.indexOf(chosen) + step + TABS.length) % TABS.length;
    look({ tab: TABS[next] ?? "settings" });
    row.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div ref={row} className="kw-segments kw-inside-tabs" role="tablist" aria-label={words.inside.tabsLabel} onKeyDown={move}>
      {TABS.map((tab: Tab) => (
        <button key={tab} type="button" role="tab" aria-selected={tab === chosen} tabIndex={tab === chosen ? 0 : -1} data-testid={`kw-tab-${tab}`} onClick={() => look({ tab })}>
          {words.inside.tabs[tab]}
        </button>
      ))}
    </div>
  );
}
