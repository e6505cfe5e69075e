// What the model makes of a sample that is given by hand: drawn, dropped, typed.
import { useRef, useState } from "react";
import { useFileDrop } from "../../shared/useOpenFile";
import type { ResultsAnswer, TryForm } from "../../shared/messages";
import { words } from "../../shared/words";
import { OneSample } from "../data/Samples";
import { bytesOf, DrawPad, PAD, pictureOfFile } from "./DrawPad";
import { Layers, Told } from "./Inside";
import { TryRow } from "./TryRow";
import { type Trying, useTrying } from "./useTrying";

export function TryIt({ answer }: { answer: ResultsAnswer }) {
  const trying = useTrying();
  const { results } = words;
  const form = answer.tries;
  return (
    <aside className="kw-try" aria-label={results.tryIt} data-testid="kw-try">
      <h3>{results.tryIt}</h3>
      {form === null && <p className="kw-soft kw-second">{results.noTry}</p>}
      {form?.kind === "picture" && <Picture answer={answer} trying={trying} />}
      {(form?.kind === "text" || form?.kind === "numbers") && <Typed answer={answer} form={form} trying={trying} />}
      {form?.kind === "row" && <TryRow answer={answer} form={form} send={trying.send} />}
      <Outcome trying={trying} />
      {form !== null && <p className="kw-box kw-second">{form.says}</p>}
    </aside>
  );
}

function Outcome({ trying: { found, refusal } }: { trying: Trying }) {
  const [open, setOpen] = useState(false);
  const { results } = words;
  if (refusal !== null) return <p className="kw-box kw-box-warn kw-second" role="status" data-testid="kw-try-refused">{[refusal.refused, refusal.hint].filter(Boolean).join(" ")}</p>;
  if (found === null) return null;
  return (
    <div className="kw-stack" data-testid="kw-tried">
      <div aria-live="polite">{found.outputs.map((told) => <Told key={told.name} told={told} several={found.outputs.length > 1} />)}</div>
      <h4 className="kw-second">{results.seen}</h4>
      <div className="kw-try-seen">{found.seen.map(({ name, facts }) => <OneSample key={name} facts={facts} index={0} label={results.seen} />)}</div>
      <button type="button" className="kw-link-button kw-try-inside" aria-expanded={open} onClick={() => setOpen(!open)}>
        {results.inside}
      </button>
      {open && <Layers layers={found.layers} buffers={found.buffers} more={found.more} />}
    </div>
  );
}

/** Drawn on the pad, or a file that is chosen or dropped. */
function Picture({ answer, trying }: { answer: ResultsAnswer; trying: Trying }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { results } = words;
  const { of } = answer;
  const send = (source: HTMLCanvasElement | null, drawn: boolean) => {
    const picture = source === null ? null : bytesOf(source);
    if (picture !== null) trying.send({ of, kind: "picture", drawn, width: picture.width, height: picture.height }, picture.bytes);
  };
  const wipe = () => canvas.current?.getContext("2d")?.clearRect(0, 0, PAD, PAD);
  const take = async (file: File) => {
    const picture = await pictureOfFile(file);
    if (picture === null) return trying.refuse(results.unreadable);
    wipe();
    send(picture, false);
  };
  const { over, parts } = useFileDrop((file) => void take(file));
  const clear = () => {
    wipe();
    trying.clear();
  };
  return (
    <div className={over ? "kw-try-picture kw-try-over" : "kw-try-picture"} {...parts}>
      <span className="kw-soft kw-second">{results.padHint}</span>
      <DrawPad canvas={canvas} drawn={() => send(canvas.current, true)} />
      <div className="kw-row">
        <button type="button" className="kw-button kw-button-small" title={results.pictureHelp} onClick={() => chooser.current?.click()}>
          {results.picture}
        </button>
        <button type="button" className="kw-button kw-button-small" onClick={clear}>
          {results.clear}
        </button>
        <input
          ref={chooser} type="file" accept="image/*" className="kw-hidden" tabIndex={-1} aria-label={results.pictureHelp} data-testid="kw-try-file"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file !== undefined) void take(file);
          }}
        />
      </div>
    </div>
  );
}

/** How long a person rests before what is typed is sent, in ms. */
const REST = 250;

function Typed({ answer, form, trying }: { answer: ResultsAnswer; form: TryForm; trying: Trying }) {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { results } = words;
  const isText = form.kind === "text";
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    if (next.trim() === "") return trying.clear();
    timer.current = setTimeout(() => trying.send({ of: answer.of, kind: form.kind, ...(isText ? { text: next } : { numbers: next }) }), REST);
  };
  const label = isText ? results.text : results.numbers;
  return (
    <textarea className="kw-input kw-try-text" rows={5} aria-label={label} placeholder={isText ? results.textHint : form.says} value={text} data-testid="kw-try-text" onChange={(event) => type(event.target.value)} />
  );
}
