// What is wrong with a card and what could be done about it, or what it waits for.
import { useId, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useMendPreview } from "../frame/useMendPreview";
import { useAsk, useGraph } from "../shared/context";
import { isWithin } from "../shared/ids";
import type { Card, MendOffer, Problem } from "../shared/messages";
import { usePointedAt } from "../shared/usePointedAt";
import { words } from "../shared/words";
import { Brings } from "./Brings";
import { useLocked } from "./InspectorContext";
import { cause } from "./outlineRows";
import { Sentence } from "./Sentence";

export function Troubles({ card }: { card: Card }) {
  const { problems } = useGraph().head;
  const own = problems.filter((problem) => belongs(problem, card));
  if (own.length === 0) return card.state === "ok" ? null : <Waiting card={card} />;
  return own.map((problem) => <ProblemBox key={problem.id} problem={problem} brief={card.short} />);
}

/** Whether a problem is the card's: of a layer in it, or of the block around it that is said where the block begins. */
function belongs({ node, sentence }: Problem, card: Card): boolean {
  if (node === null) return false;
  const nodes = [card.id, ...(card.fold?.nodes ?? [])];
  return nodes.some((one) => node === one || isWithin(node, one)) || (isWithin(card.id, node) && card.says === sentence);
}

/** brief: the fault in a few words, where the card has them. */
function ProblemBox({ problem, brief }: { problem: Problem; brief: string | null }) {
  const { sentence, hint, severity, mends } = problem;
  const isShort = brief !== null && severity === "error" && brief.length < sentence.length / 2;
  return (
    <>
      <div className={`kw-box ${severity === "error" ? "kw-box-wrong" : "kw-box-warn"}`} data-testid="kw-problem">
        {isShort && <p className="kw-strong">{brief}</p>}
        <p className={isShort ? undefined : "kw-strong"}><Sentence text={sentence} /></p>
        {hint !== null && <p><Sentence text={hint} /></p>}
      </div>
      {mends.length > 0 && (
        <div role="group" className="kw-stack" aria-label={words.inspector.mends}>
          <p><span className="kw-strong">{words.inspector.mends}</span> <span className="kw-soft">{words.inspector.mendsTried(mends.every((mend) => mend.tried === "trained"))}</span></p>
          {mends.map((mend, index) => (
            <Mend key={mend.id} problem={problem} mend={mend} main={index === 0} said={mends.every((one) => one.tried === "trained")} />
          ))}
        </div>
      )}
    </>
  );
}

/** said: whether how it was tried stands above all of them. */
function Mend({ problem, mend, main, said }: { problem: Problem; mend: MendOffer; main: boolean; said: boolean }) {
  const { ask } = useAsk();
  const locked = useLocked();
  const id = useId();
  const [previewed, setPreviewed] = useState(false);
  const { pointedAt, parts } = usePointedAt();
  const brings = useMendPreview(problem, mend, { pointedAt, open: previewed });
  const { apply, applyMend, preview, previewMend, changes } = words.inspector;
  return (
    <div className="kw-box kw-inspector-mend" {...parts}>
      <p className="kw-strong"><Sentence text={mend.label} plain /></p>
      {mend.details !== null && <p><Sentence text={mend.details} plain /></p>}
      <p className="kw-soft kw-second">
        <Sentence text={mend.effect} plain />{!said && `${mend.effect === "" ? "" : " · "}${words.inspector.tried[mend.tried]}`}
      </p>
      <div className="kw-row">
        <button
          type="button" className={`kw-button kw-button-small ${main ? "kw-button-main" : ""}`} aria-label={applyMend(mend.label)} disabled={locked}
          onClick={() => void ask("mend", { problem: problem.id, mend: mend.id })}
        >
          {apply}
        </button>
        <button
          type="button" className="kw-button kw-button-small" aria-label={previewMend(mend.label)} aria-expanded={previewed} aria-controls={previewed ? id : undefined}
          disabled={locked} onClick={() => setPreviewed(!previewed)}
        >
          {preview}
        </button>
      </div>
      {previewed && <div id={id} className="kw-mend-preview">{brings !== null && <Brings brings={brings} title={changes} problem={problem.sentence} />}</div>}
    </div>
  );
}

/** The sentence of a card that waits, and the way to what it waits for. */
function Waiting({ card }: { card: Card }) {
  const graph = useGraph();
  const { show } = useBuilder();
  if (card.says === null) return null;
  const wrong = cause(graph, card.id);
  return (
    <div className={`kw-box ${card.state === "wrong" ? "kw-box-wrong" : ""}`}>
      <p><Sentence text={card.says} /></p>
      {wrong !== null && (
        <button type="button" className="kw-button kw-button-small kw-waiting-go" onClick={() => show(wrong.id)}>
          {words.inspector.goTo(wrong.layer)}
        </button>
      )}
    </div>
  );
}
