// YAML, JSON and Python of the model. YAML and JSON can be typed: "Use this" makes the graph of it.
import "./code.css";
import { type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { isRefusal } from "../../shared/connection";
import { useAnswer, useAsk, useGraph, useHealth } from "../../shared/context";
import { countText } from "../../shared/figures";
import { isInside, nameOf } from "../../shared/ids";
import type { Card, Refusal, Texts } from "../../shared/messages";
import { words } from "../../shared/words";
import { Segments } from "../Segments";
import { type Block, blockAt, blocksOf } from "./blocks";
import { useDrafts } from "./CodeDrafts";
import type { Draft, Editable } from "./drafts";
import { chooseFrom, Editor } from "./Editor";
import { LayerStrip } from "./LayerStrip";
import type { Format } from "./tokens";
import { useCopied } from "./useCopied";

const FORMATS = ["yaml", "json", "python"] as const;
const isEditable = (format: Format): format is Editable => format !== "python";

export function CodePage() {
  const answer = useAnswer("texts", {});
  const health = useHealth();
  const { last, lookBehind } = useDrafts();
  useEffect(lookBehind, [lookBehind]);
  useEffect(() => {
    if (answer !== null) last.current = answer.texts;
  }, [answer, last]);
  const texts = answer?.texts ?? (health === "gone" ? last.current : null);
  return (
    <section role="group" className="kw-code-page" aria-label={words.code.label}>
      {texts === null ? <p className="kw-code-loading kw-soft">{words.code.loading}</p> : <CodeOf texts={texts} />}
    </section>
  );
}

function CodeOf({ texts }: { texts: Texts }) {
  const { format, change } = useDrafts();
  const { shown, draft, apply } = useText(texts);
  const area = useRef<HTMLTextAreaElement>(null);
  const error = useId();
  const marks = useMarks(shown, format);
  const refusal = draft?.refusal ?? null;
  const changed = isEditable(format) && draft !== null && draft.base !== texts[format];
  const applyNow = () => void apply().then((refused) => refused !== null && goTo(area, refused));
  return (
    <>
      <div className="kw-code-main">
        <Head shown={shown} draft={draft} apply={applyNow} />
        {changed && <Changed graphs={texts[format]} format={format} />}
        <Editor
          key={format} area={area} format={format} text={shown} apply={applyNow} marked={marks.block} reveal={marks.reveal} wrong={refusal?.line ?? null}
          type={isEditable(format) ? (text) => change({ do: "type", format, text, graphs: texts[format] }) : null}
          describedBy={refusal === null ? undefined : error} lineChosen={marks.chooseLine}
        />
        {refusal !== null && <Fault id={error} refusal={refusal} go={() => goTo(area, refusal)} />}
      </div>
      <LayerStrip chosen={marks.chooseCard} />
    </>
  );
}

/** The text shown, and the way to use it: resolves with the refusal, if there is one. */
function useText(texts: Texts): { shown: string; draft: Draft | null; apply: () => Promise<Refusal | null> } {
  const { drafts, change, format } = useDrafts();
  const { askQuietly } = useAsk();
  // Until the graph's new text is there, what was used stays on the page.
  const [sent, setSent] = useState<{ format: Format; text: string; version: number } | null>(null);
  const draft = (isEditable(format) ? drafts.now[format] : undefined) ?? null;
  const waiting = sent !== null && sent.format === format && texts.version < sent.version;
  const apply = async () => {
    if (draft === null || !isEditable(format)) return null;
    const { text } = draft;
    const reply = await askQuietly("paste", { format, text });
    if (isRefusal(reply)) {
      change({ do: "refuse", format, text, refusal: reply });
      return reply;
    }
    setSent({ format, text, version: reply.version ?? 0 });
    change({ do: "used", format, text });
    return null;
  };
  return { shown: draft?.text ?? (waiting ? sent.text : texts[format]), draft, apply };
}

function goTo(area: RefObject<HTMLTextAreaElement | null>, { line, column }: Refusal): void {
  if (line != null && area.current !== null) chooseFrom(area.current, line, column ?? 1);
}

/** A name inside a block and outside is that of the layer outside. */
const outermostLast = (cards: readonly Card[]) => [...cards].sort((one, other) => Number(isInside(other.id)) - Number(isInside(one.id)));
const layersOf = (card: Card): readonly string[] => (card.fold === null ? [card.layer] : card.fold.nodes.map(nameOf));

/** The lines of the chosen card, and the card of a chosen line. */
function useMarks(text: string, format: Format) {
  const { cards } = useGraph();
  const { selected, select } = useBuilder();
  const [reveal, setReveal] = useState(0);
  const owners = useMemo(() => new Map(outermostLast([...cards.values()]).flatMap((card) => layersOf(card).map((layer) => [layer, card.id] as const))), [cards]);
  const blocks = useMemo(() => blocksOf(text, format, new Set(owners.keys())), [text, format, owners]);
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

function Head({ shown, draft, apply }: { shown: string; draft: Draft | null; apply: () => void }) {
  const { drafts, change, format, setFormat } = useDrafts();
  const [copied, copy] = useCopied();
  const waiting = Object.fromEntries(FORMATS.filter((one) => isEditable(one) && drafts.now[one] !== undefined).map((one) => [one, words.code.draft]));
  const lines = words.code.lines(countText(shown.split("\n").length - (shown.endsWith("\n") ? 1 : 0)));
  return (
    <div className="kw-code-head">
      <Segments label={words.code.format} names={FORMATS} titles={words.code.formats} chosen={format} choose={setFormat} waiting={waiting} />
      <span className="kw-soft kw-second kw-ellipsis kw-grow">{isEditable(format) ? `${lines}${draft === null ? "" : ` · ${words.code.typed}`}` : words.code.pythonFollows}</span>
      <button type="button" className="kw-button kw-button-small" onClick={() => copy(shown)}>
        {copied ? words.code.copied : words.code.copy}
      </button>
      {isEditable(format) && draft === null && drafts.gone[format] !== undefined && (
        <button type="button" className="kw-button kw-button-small" onClick={() => change({ do: "bringBack", format })}>
          {words.code.bringBack}
        </button>
      )}
      {isEditable(format) && draft !== null && (
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

/** The graph went on while text was typed: whose is it to be? */
function Changed({ graphs, format }: { graphs: string; format: Editable }) {
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
