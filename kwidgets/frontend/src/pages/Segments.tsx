// One of a few, beside each other: a radio group whose arrow keys move the choice.
import "./pages.css";
import { type KeyboardEvent, useRef } from "react";

interface SegmentsProps<Name extends string> {
  label: string;
  names: readonly Name[];
  titles: Readonly<Record<Name, string>>;
  chosen: Name;
  choose: (name: Name) => void;
  /** Names with a dot: something waits there, in words. */
  waiting?: Readonly<Record<string, string | undefined>>;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export function Segments<Name extends string>({ label, names, titles, chosen, choose, waiting = {} }: SegmentsProps<Name>) {
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (names.indexOf(chosen) + step + names.length) % names.length;
    const name = names[next];
    if (name === undefined) return;
    choose(name);
    group.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div ref={group} className="kw-segments" role="radiogroup" aria-label={label} onKeyDown={move}>
      {names.map((name) => (
        <button key={name} type="button" role="radio" aria-checked={name === chosen} tabIndex={name === chosen ? 0 : -1} onClick={() => choose(name)}>
          {titles[name]}
          {waiting[name] !== undefined && <Waiting text={waiting[name]} />}
        </button>
      ))}
    </div>
  );
}

/** A dot for something that waits, with its words for those who do not see it. */
export function Waiting({ text }: { text: string }) {
  return (
    <span className="kw-waiting" title={text}>
      <span className="kw-hidden">, {text}</span>
    </span>
  );
}
