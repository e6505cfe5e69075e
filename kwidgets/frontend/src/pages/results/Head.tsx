// The figures that conclude, the tabs of the views, which samples they are of, and the view as a file.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { type KeyboardEvent, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk, useShared } from "../../shared/context";
import type { ResultsAnswer, ResultSetName, ResultViewName } from "../../shared/messages";
import { words } from "../../shared/words";
import { download } from "../code/download";
import { Figure } from "../train/Figures";
import type { Wanted } from "./useResults";

interface Props {
  answer: ResultsAnswer;
  choose: (wanted: Wanted) => void;
  again: () => void;
  moves: boolean;
  view: ResultViewName | null;
  open: (view: ResultViewName) => void;
}

export function Head({ answer, choose, again, moves, view, open }: Props) {
  const { results } = words;
  return (
    <>
      <dl className="kw-figures kw-results-figures" aria-label={results.figures} data-testid="kw-results-figures">
        {answer.figures.map(({ label, value, below, how }) => (
          <Figure key={label} label={label} below={below}>
            <span title={how}>{value}</span>
          </Figure>
        ))}
      </dl>
      <div className="kw-results-bar">
        <Tabs answer={answer} view={view} open={open} />
        <span className="kw-grow" />
        {!answer.whole && (
          <span className="kw-soft kw-second" role="status" data-testid="kw-results-progress">
            {results.progress(answer.done, answer.rows)}
          </span>
        )}
        {moves && (
          <button type="button" className="kw-button kw-button-small" title={results.againHelp} onClick={again}>
            {results.again}
          </button>
        )}
        <Choices answer={answer} choose={choose} />
        {view !== null && <AsPicture answer={answer} view={view} />}
      </div>
    </>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

function titleOf(view: ResultViewName, answer: ResultsAnswer): string {
  const kind = answer.outputs.find(({ name }) => name === answer.output)?.kind;
  return view === "by_class" && kind === "labels" ? words.results.byLabel : words.results.views[view];
}

function Tabs({ answer, view, open }: { answer: ResultsAnswer; view: ResultViewName | null; open: (view: ResultViewName) => void }) {
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = STEPS[event.key];
    if (step === undefined || view === null) return;
    event.preventDefault();
    const next = answer.views[(answer.views.indexOf(view) + step + answer.views.length) % answer.views.length];
    if (next === undefined) return;
    open(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-view="${next}"]`)?.focus();
  };
  return (
    <div className="kw-results-tabs" role="tablist" aria-label={words.results.viewsLabel} onKeyDown={move}>
      {answer.views.map((one) => (
        <button key={one} type="button" role="tab" data-view={one} aria-selected={one === view} tabIndex={one === view ? 0 : -1} onClick={() => open(one)}>
          {titleOf(one, answer)}
        </button>
      ))}
    </div>
  );
}

function Choices({ answer, choose }: { answer: ResultsAnswer; choose: (wanted: Wanted) => void }) {
  const { results } = words;
  const { sets, of, outputs, output } = answer;
  return (
    <>
      {outputs.length > 1 && (
        <select className="kw-select kw-results-select" aria-label={results.output} value={output} data-testid="kw-results-output" onChange={(event) => choose({ of, output: event.target.value })}>
          {outputs.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
      <select className="kw-select kw-results-select" aria-label={results.set} value={of} data-testid="kw-results-set" onChange={(event) => choose({ of: event.target.value as ResultSetName, output })}>
        {sets.map(({ name, title, rows }) => (
          <option key={name} value={name}>
            {results.setOf(title, rows)}
          </option>
        ))}
      </select>
    </>
  );
}

const FORMATS = ["png", "svg", "pdf"] as const;

function AsPicture({ answer, view }: { answer: ResultsAnswer; view: ResultViewName }) {
  const { root } = useShared();
  const { ask } = useAsk();
  const [open, setOpen] = useState(false);
  const { results } = words;
  const save = async (format: (typeof FORMATS)[number]) => {
    const reply = await ask("result_picture", { of: answer.of, output: answer.output, view, format });
    if (!isRefusal(reply)) download(reply);
  };
  return (
    <Menu.Root modal={false} open={open} onOpenChange={setOpen}>
      <Menu.Trigger className="kw-button kw-button-small" data-testid="kw-results-picture">
        {results.asPicture} <span aria-hidden="true">▾</span>
      </Menu.Trigger>
      <Menu.Portal container={root()}>
        <Menu.Content className="kw-popup kw-menu" aria-label={results.pictureOf(titleOf(view, answer))} align="end" sideOffset={4} collisionPadding={8}>
          {FORMATS.map((format) => (
            <Menu.Item key={format} className="kw-menu-item" onSelect={() => void save(format)}>
              {results.formats[format]}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
