// Buttons with one stop for Tab between them; arrow keys, Home and End go from one to the next, as WAI-ARIA describes a toolbar.
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from "react";
import { takesText } from "../frame/keys";
import { focusedElement } from "./deep";

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
const STOPS = "button, input, select";

interface Props {
  label: string;
  className: string;
  children: ReactNode;
}

export function Toolbar({ label, className, children }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = bar.current;
    if (element === null) return;
    // Buttons come, go and are switched off by themselves.
    const observer = new MutationObserver(() => leaveOneStop(element));
    observer.observe(element, { childList: true, subtree: true, attributeFilter: ["disabled"] });
    leaveOneStop(element);
    return () => observer.disconnect();
  }, []);
  const keyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const stops = stopsOf(bar.current);
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !isButton(event.target)) return;
    const at = stops.indexOf(focusedElement() as HTMLElement) + step;
    const next = Number.isFinite(at) ? (at + stops.length) % stops.length : at < 0 ? 0 : stops.length - 1;
    stops[next]?.focus();
    event.preventDefault();
  };
  return (
    <div ref={bar} role="toolbar" aria-label={label} className={className} onKeyDown={keyDown} onFocus={(event) => leaveOneStop(event.currentTarget, event.target)}>
      {children}
    </div>
  );
}

/** Arrow keys in a field, a list or on a slider belong to it. */
const isButton = (target: EventTarget) => !takesText(target) && !(target instanceof HTMLInputElement && target.type === "range");

function stopsOf(bar: HTMLElement | null): HTMLElement[] {
  return [...(bar?.querySelectorAll<HTMLElement>(STOPS) ?? [])].filter((one) => !one.matches(":disabled"));
}

function leaveOneStop(bar: HTMLElement, wanted: Element | null = null): void {
  const stops = stopsOf(bar);
  const stop = stops.find((one) => one === wanted) ?? stops.find((one) => one.getAttribute("tabindex") === "0") ?? stops[0];
  for (const one of stops) if (one.tabIndex !== (one === stop ? 0 : -1) || !one.hasAttribute("tabindex")) one.tabIndex = one === stop ? 0 : -1;
}
