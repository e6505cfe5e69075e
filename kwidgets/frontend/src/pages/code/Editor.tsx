// Text with line numbers and colours: a textarea whose letters are drawn by the lines under it.
import { type KeyboardEvent, memo, type RefObject, type SyntheticEvent, useEffect, useId, useMemo, useRef } from "react";
import { words } from "../../shared/words";
import { lineOf, offsetOf } from "./offset";
import { Meaning, Offers } from "./Popups";
import { type Format, tokens } from "./tokens";
import { useCompletion } from "./useCompletion";
import { useMeaning } from "./useMeaning";

interface EditorProps {
  area: RefObject<HTMLTextAreaElement | null>;
  format: Format;
  text: string;
  /** What is typed. */
  type: (text: string) => void;
  apply: () => void;
  /** First and last line that are marked; null: none. */
  marked: { from: number; to: number } | null;
  /** A new number brings the marked lines into view. */
  reveal: number;
  /** Lines that are wrong, and lines that are read otherwise than they stand there. */
  states: ReadonlyMap<number, "wrong" | "noted">;
  describedBy: string | undefined;
  lineChosen: (line: number) => void;
}

/** Of --kw-code-line and of the space above the first line, in pixels. */
const LINE = 20;
const ABOVE = 10;
const SIZES = { line: LINE, above: ABOVE };

export function Editor({ area, format, text, type, apply, marked, reveal, states, describedBy, lineChosen }: EditorProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const help = useId();
  const offers = useId();
  const lines = useMemo(() => text.split("\n"), [text]);
  const tabs = useTabs();
  const completion = useCompletion(area, format);
  const hovering = useMeaning(area, format, SIZES);
  const caret = useCaret(text, lineChosen);
  useRevealed(scroll, marked?.from ?? null, reveal);
  const digits = String(lines.length).length;
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    hovering.leave();
    if (completion.keys(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      apply();
    } else tabs.keys(event);
  };
  const left = () => {
    tabs.end();
    completion.close();
  };
  const chosen = completion.offered === null ? undefined : `${offers}-${completion.offered.chosen}`;
  return (
    <div className="kw-code-scroll" ref={scroll} style={{ "--kw-code-gutter": `${Math.max(4, digits + 2)}ch` } as React.CSSProperties}>
      <div className="kw-code-sheet">
        <div aria-hidden="true">
          {lines.map((line, index) => (
            <Line key={index} number={index + 1} text={line} format={format} state={stateOf(index + 1, marked, states)} />
          ))}
        </div>
        <textarea
          ref={area} className="kw-code-area" data-testid="kw-text" spellCheck={false} autoCapitalize="off" autoComplete="off" wrap="off"
          aria-label={words.code.text(words.code.formats[format])} aria-describedby={describedBy ?? help} aria-invalid={describedBy !== undefined}
          aria-autocomplete="list" aria-controls={chosen === undefined ? undefined : offers} aria-activedescendant={chosen} value={text}
          onChange={(event) => {
            type(event.target.value);
            completion.typed();
          }}
          onPointerDown={tabs.begin} onBlur={left} onKeyDown={keys} onMouseMove={hovering.move} onMouseLeave={hovering.leave} onSelect={caret}
        />
        <Offers id={offers} text={text} completion={completion} />
        {completion.offered === null && <Meaning text={text} meant={hovering.meant} />}
        <span id={help} className="kw-hidden">
          {words.code.tabHelp}
        </span>
      </div>
    </div>
  );
}

/** Tells the line of the caret whenever it comes to another one, by mouse or by key. */
function useCaret(text: string, lineChosen: (line: number) => void) {
  const last = useRef(0);
  return (event: SyntheticEvent<HTMLTextAreaElement>) => {
    const { selectionStart, selectionEnd } = event.currentTarget;
    const line = lineOf(text, selectionStart);
    if (selectionStart === selectionEnd && line !== last.current) lineChosen(line);
    last.current = line;
  };
}

type LineState = "marked" | "wrong" | "noted" | null;

function stateOf(line: number, marked: EditorProps["marked"], states: EditorProps["states"]): LineState {
  const state = states.get(line) ?? null;
  if (state === "wrong") return state;
  return marked !== null && marked.from <= line && line <= marked.to ? "marked" : state;
}

const Line = memo(function Line({ number, text, format, state }: { number: number; text: string; format: Format; state: LineState }) {
  return (
    <div className={state === null ? "kw-code-line" : `kw-code-line kw-code-${state}`}>
      <span className="kw-code-gutter">{number}</span>
      {tokens(text, format).map((token, index) =>
        token.kind === "plain" ? token.text : (
          <span key={index} className={`kw-code-${token.kind}`}>
            {token.text}
          </span>
        ),
      )}
    </div>
  );
});

/** Tab indents after a click only, and until Esc: else who walks by keyboard would not get out of the text. */
function useTabs() {
  const indents = useRef(false);
  return useMemo(
    () => ({
      begin: () => {
        indents.current = true;
      },
      end: () => {
        indents.current = false;
      },
      keys: (event: KeyboardEvent<HTMLTextAreaElement>) => {
        if (!indents.current) return;
        if (event.key === "Escape") {
          indents.current = false;
          event.stopPropagation();
        } else if (event.key === "Tab" && !event.shiftKey && !event.ctrlKey && !event.altKey) {
          event.preventDefault();
          // The one way to insert text that the browser's own undo knows.
          document.execCommand("insertText", false, "  ");
        }
      },
    }),
    [],
  );
}

function useRevealed(scroll: RefObject<HTMLDivElement | null>, line: number | null, reveal: number): void {
  useEffect(() => {
    if (scroll.current !== null && line !== null) bringIntoView(scroll.current, line);
  }, [scroll, line, reveal]);
}

function bringIntoView(box: Element, line: number): void {
  const top = ABOVE + (line - 1) * LINE;
  if (top < box.scrollTop || top + LINE > box.scrollTop + box.clientHeight) box.scrollTop = Math.max(0, top - box.clientHeight / 3);
}

/** Chooses a line of the text from a column on, and shows it. */
export function chooseFrom(area: HTMLTextAreaElement, line: number, column: number): void {
  const start = offsetOf(area.value, line, column);
  const end = area.value.indexOf("\n", start);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  const box = area.closest(".kw-code-scroll");
  if (box !== null) bringIntoView(box, line);
}
