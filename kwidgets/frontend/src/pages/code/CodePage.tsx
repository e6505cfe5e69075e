// YAML, JSON and Python of the model. All three can be typed: "Use this" makes the graph of it.
import "./code.css";
import { type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { isRefusal } from "../../shared/connection";
import { useAnswer, useAsk, useGraph, useHealth } from "../../shared/context";
import { countText } from "../../shared/figures";
import { isInside, nameOf } from "../../shared/ids";
import type { Card, Refusal, TextCheck, Texts } from "../../shared/messages";
import { words } from "../../shared/words";
import { Segments } from "../Segments";
import { type Block, blockAt, blocksOf } from "./blocks";
import { DialectChoice, ModelChoice } from "./Choices";
import { useDrafts } from "./CodeDrafts";
import type { Draft } from "./drafts";
import { chooseFrom, Editor } from "./Editor";
import { LayerStrip } from "./LayerStrip";
import { ReadAs } from "./ReadAs";
import type { Format } from "./tokens";
import { useCheck } from "./useCheck";
import { useCopied } from "./useCopied";

const FORMATS = ["yaml", "json", "python"] as const;
const NO_LINES: TextCheck["lines"] = {};

export function CodePage() {
  const { dialect, last, lookBehind } = useDrafts();
  const answer = useAnswer("texts", { dialect });
  const health = useHealth();
  useEffect(lookBehind, [lookBehind]);
  useEffect(() => {
    if (answer !== null) last.current = answer.texts;
  }, [answer, last]);
  // Until another dialect is written the page stays as it is, and so it does without a kernel.
  const [before, setBefore] = useState<Texts | null>(null);
  if (answer !== null && before !== answer.texts) setBefore(answer.texts);
  const texts = answer?.texts ?? before ?? (health === "gone" ? last.current : null);
  return (
    <section role="group" className="kw-code-page" aria-label={words.code.label}>
      {texts === null ? <p className="kw-code-loading kw-soft">{words.code.loading}</p> : <CodeOf texts={texts} />}
    </section>
  );
}

function CodeOf({ texts }: { texts: Texts }) {
  const { format, change } = useDrafts();
  const isProgram = format === "python" && texts.dialect === null;
  const area = useRef<HTMLTextAreaElement>(null);
  const error = useId();
  const { shown, draft, check, apply } = useText(texts, isProgram);
  const marks = useMarks(shown, format, check?.lines ?? (isProgram ? texts.lines : NO_LINES));
  const fault = draft === null ? null : (draft.refusal ?? check?.fault ?? null);
  const states = useLineStates(fault, check);
  const changed = draft !== null && draft.base !== texts[format];
  const applyNow = () => void apply().then((refused) => refused !== null && goTo(area, refused));
  const goToLine = useCallback((line: number) => goTo(area, { refused: "", line }), []);
  return (
    <>
      <div className="kw-code-main">
        <Head texts={texts} shown={shown} draft={draft} check={check} apply={applyNow} />
        {changed && <Changed graphs={texts[format]} format={format} />}
        <Remarks texts={texts} format={format} />
        <Editor
          key={format} area={area} format={format} text={shown} apply={applyNow} marked={marks.block} reveal={marks.reveal} states={states}
          type={(text) => change({ do: "type", format, text, graphs: texts[format] })} describedBy={fault === null ? undefined : error} lineChosen={marks.chooseLine}
        />
        {fault !== null && <Fault id={error} refusal={fault} go={() => goTo(area, fault)} />}
      </div>
      <LayerStrip chosen={marks.chooseCard} />
      <ReadAs notes={check?.notes ?? []} goTo={goToLine} />
    </>
  );
}

/** The text shown, what it would be read as, and the way to use it: resolves with the refusal, if there is one. */
function useText(texts: Texts, isProgram: boolean): { shown: string; draft: Draft | null; check: TextCheck | null; apply: () => Promise<Refusal | null> } {
  const { drafts, change, format, setDialect } = useDrafts();
  const { askQuietly } = useAsk();
  // Until the graph's new text is there, what was used stays on the page.
  const [sent, setSent] = useState<{ format: Format; text: string; version: number } | null>(null);
  const draft = drafts.now[format] ?? null;
  const waiting = sent !== null && sent.format === format && texts.version < sent.version;
  const shown = draft?.text ?? (waiting ? sent.text : texts[format]);
  const check = useCheck(format, draft !== null || isProgram ? shown : null, draft?.model ?? null);
  const apply = async () => {
    if (draft === null) return null;
    const { text } = draft;
    const model = draft.model ?? (check !== null && check.models.length > 1 ? check.models.find(({ chosen }) => chosen)?.name : undefined);
    const reply = await askQuietly("paste", { format, text, typed: true, ...(model === undefined ? {} : { model }) });
    if (isRefusal(reply)) {
      change({ do: "refuse", format, text, refusal: reply });
      return reply;
    }
    setSent({ format, text, version: reply.version ?? 0 });
    if (format === "python") setDialect(null);
    change({ do: "used", format, text });
    return null;
  };
  return { shown, draft, check, apply };
}

/** Which lines are wrong, and which are read otherwise than they stand there. */
function useLineStates(fault: Refusal | null, check: TextCheck | null): ReadonlyMap<number, "wrong" | "noted"> {
  return useMemo(() => {
    const states = new Map<number, "wrong" | "noted">();
    for (const note of check?.notes ?? []) {
      if (note.kind === "not read" || !states.has(note.line)) states.set(note.line, note.kind === "not read" ? "wrong" : "noted");
    }
    if (fault?.line != null) states.set(fault.line, "wrong");
    return states;
  }, [check, fault]);
}

function goTo(area: RefObject<HTMLTextAreaElement | null>, { line, column }: Refusal): void {
  if (line != null && area.current !== null) chooseFrom(area.current, line, column ?? 1);
}

/** A name inside a block and outside is that of the layer outside. */
const outermostLast = (cards: readonly Card[]) => [...cards].sort((one, other) => Number(isInside(other.id)) - Number(isInside(one.id)));
const layersOf = (card: Card): readonly string[] => (card.fold === null ? [card.layer] : card.fold.nodes.map(nameOf));

/** The lines of the chosen card, and the card of a chosen line. */
function useMarks(text: string, format: Format, lines: TextCheck["lines"]) {
  const { cards } = useGraph();
  const { selected, select } = useBuilder();
  const [reveal, setReveal] = useState(0);
  const owners = useMemo(() => new Map(outermostLast([...cards.values()]).flatMap((card) => layersOf(card).map((layer) => [layer, card.id] as const))), [cards]);
  const blocks = useMemo(() => {
    const known = Object.entries(lines).flatMap(([layer, [from, to]]) => (from === undefined || to === undefined ? [] : [{ layer, from, to }]));
    return known.length > 0 ? known : blocksOf(text, format, new Set(owners.keys()));
  }, [text, format, lines, owners]);
  const block = useMemo(() => around(blocks.filter(({ layer }) => selected.has(owners.get(layer) ?? ""))), [blocks, owners, selected]);
  const chooseCard = useCallback(
    (id: string) => {
      select([id]);
      setReveal((times) => times + 1);
    },
    [select],
  );
  const chooseLine = (line: number) => {
    const owner = owners.get(blockAt(blocks, line)?.layer ?? "");
    select(owner === undefined ? [] : [owner]);
  };
  return { block, reveal, chooseCard, chooseLine };
}

/** From the first to the last line of some blocks. */
function around(blocks: readonly Block[]): { from: number; to: number } | null {
  if (blocks.length === 0) return null;
  return { from: Math.min(...blocks.map(({ from }) => from)), to: Math.max(...blocks.map(({ to }) => to)) };
}

interface HeadProps {
  texts: Texts;
  shown: string;
  draft: Draft | null;
  check: TextCheck | null;
  apply: () => void;
}

function Head({ texts, shown, draft, check, apply }: HeadProps) {
  const { drafts, change, format, setFormat, setDialect } = useDrafts();
  const { ask } = useAsk();
  const [copied, copy] = useCopied();
  const waiting = Object.fromEntries(FORMATS.filter((one) => drafts.now[one] !== undefined).map((one) => [one, words.code.draft]));
  const chooseModel = (name: string) => {
    if (draft === null) void ask("choose_model", { name });
    else change({ do: "choose", format, text: draft.text, graphs: texts[format], model: name });
  };
  return (
    <div className="kw-code-head">
      <Segments label={words.code.format} names={FORMATS} titles={words.code.formats} chosen={format} choose={setFormat} waiting={waiting} />
      {format === "python" && <DialectChoice texts={texts} disabled={draft !== null} choose={setDialect} />}
      {format === "python" && <ModelChoice models={check?.models ?? []} choose={chooseModel} />}
      <span className="kw-soft kw-second kw-ellipsis kw-grow">{about(shown, draft, check, format)}</span>
      <button type="button" className="kw-button kw-button-small" onClick={() => copy(shown)}>
        {copied ? words.code.copied : words.code.copy}
      </button>
      {draft === null && drafts.gone[format] !== undefined && (
        <button type="button" className="kw-button kw-button-small" onClick={() => change({ do: "bringBack", format })}>
          {words.code.bringBack}
        </button>
      )}
      {draft !== null && (
        <>
          <button type="button" className="kw-button kw-button-small" onClick={() => change({ do: "putAway", format })}>
            {words.code.revert}
          </button>
          <button type="button" className="kw-button kw-button-small kw-button-main" title={words.code.useKeys} onClick={apply}>
            {words.code.use}
          </button>
        </>
      )}
    </div>
  );
}

/** How long the text is, whether it waits to be used, and how much of a program is understood. */
function about(shown: string, draft: Draft | null, check: TextCheck | null, format: Format): string {
  const parts = [words.code.lines(countText(shown.split("\n").length - (shown.endsWith("\n") ? 1 : 0)))];
  if (draft !== null) parts.push(words.code.typed);
  const unread = new Set(check?.notes.filter(({ kind }) => kind === "not read").map(({ line }) => line)).size;
  if (unread > 0) parts.push(words.code.notRead(unread));
  if (format === "python" && check !== null) parts.push(words.code.neverRun);
  return parts.join(" · ");
}

/** What a dialect has no word for, and a text that could not take in a change. */
function Remarks({ texts, format }: { texts: Texts; format: Format }) {
  const lines = [
    ...(texts.anew.includes(format) ? [words.code.anew] : []),
    ...(texts.unkept.includes(format) ? [words.code.unkept] : []),
    ...(format === "python" ? texts.lacks : []),
  ];
  if (lines.length === 0) return null;
  return (
    <div className="kw-code-remarks" role="status" data-testid="kw-code-remarks">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

/** The graph went on while text was typed: whose is it to be? */
function Changed({ graphs, format }: { graphs: string; format: Format }) {
  const { change } = useDrafts();
  return (
    <div className="kw-code-changed" role="status">
      <span className="kw-grow">{words.code.changed}</span>
      <button type="button" className="kw-button kw-button-small" onClick={() => change({ do: "keep", format, graphs })}>
        {words.code.keepMine}
      </button>
      <button type="button" className="kw-button kw-button-small" onClick={() => change({ do: "putAway", format })}>
        {words.code.takeGraphs}
      </button>
    </div>
  );
}

function Fault({ id, refusal, go }: { id: string; refusal: Refusal; go: () => void }) {
  const { line, column } = refusal;
  return (
    <div className="kw-code-fault" id={id} role="alert" data-testid="kw-text-error">
      <span className="kw-dot kw-wrong-text" aria-hidden="true" />
      {line != null && <span className="kw-strong">{column == null ? words.code.line(line) : words.code.place(line, column)}</span>}
      <span className="kw-soft kw-grow">
        {refusal.refused} {refusal.hint ?? ""}
      </span>
      {line != null && (
        <button type="button" className="kw-button kw-button-small" onClick={go}>
          {words.code.goThere}
        </button>
      )}
    </div>
  );
}
