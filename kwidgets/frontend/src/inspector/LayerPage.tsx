// One card: what matters first, then why its shape is so, what it costs and what can be done with it.
import { shapeText, wholeShapeText } from "../shared/figures";
import { useAnswer, useAsk, useGraph } from "../shared/context";
import type { Card, Form, InsideWhat, Use, Weight } from "../shared/messages";
import { words } from "../shared/words";
import { useBuilder } from "../frame/BuilderContext";
import { Field } from "../form/Field";
import { InsidePage } from "./inside/InsidePage";
import { Tabs } from "./inside/Tabs";
import { useLooking } from "./inside/useInside";
import { Action, Actions } from "./Actions";
import { CostFacts } from "./Facts";
import { Fold } from "./Fold";
import { useLocked } from "./InspectorContext";
import { LayerHead } from "./LayerHead";
import { LayerSettings, useSend, wrapperOf, WrapperChoice } from "./Sections";
import { Sentence } from "./Sentence";
import { Troubles } from "./Troubles";

export function LayerPage({ card, sheet }: { card: Card; sheet: boolean }) {
  const [{ tab }] = useLooking();
  return (
    <>
      <LayerHead card={card} sheet={sheet} parameters={card.parameters} />
      <Tabs />
      {tab === "settings" ? <SettingsOf card={card} /> : <Inside card={card} what={tab} />}
    </>
  );
}

/** What is wrong with a card is said on every tab; there is nothing to see in one that does not fit. */
function Inside({ card, what }: { card: Card; what: InsideWhat }) {
  return card.state === "ok" ? <InsidePage card={card} what={what} /> : <Troubles card={card} />;
}

function SettingsOf({ card }: { card: Card }) {
  const form = useAnswer("form", { nodes: [card.id] })?.form ?? null;
  return (
    <>
      {card.inside !== null && <InFrame id={card.inside} />}
      <StateLine card={card} />
      <Troubles card={card} />
      {card.opens && <BlockActions node={card.id} />}
      {card.closed !== null && <p className="kw-soft kw-inspector-more">{card.closed}</p>}
      {form !== null && <LayerSettings form={form} />}
      {form !== null && <LayerDetails card={card} form={form} />}
    </>
  );
}

function LayerDetails({ card, form }: { card: Card; form: Form }) {
  const right = card.state === "ok";
  return (
    <div className="kw-inspector-more kw-stack">
      {form.uses.length > 1 && <Uses uses={form.uses} here={card.id} />}
      {right && <WhyBox node={card.id} />}
      {right && <CostFacts costs={form} shape={form.shape} />}
      {(form.frozen !== null || form.bypassed !== null) && <Actions nodes={[card.id]} frozen={form.frozen} bypassed={form.bypassed} />}
      {form.output !== null && <OutputSwitch node={card.id} output={form.output} />}
      {wrapperOf(form) === null && form.wrappers.length > 0 && <WrapperChoice form={form} />}
      {form.weights.length > 0 && <Weights weights={form.weights} />}
    </div>
  );
}

/** A nested model: its layers can be shown in its place, or put there for good. */
function BlockActions({ node }: { node: string }) {
  const { ask } = useAsk();
  const { open, ungroup } = words.inspector.fold;
  return (
    <div className="kw-two kw-actions">
      <button type="button" className="kw-button kw-button-small kw-action" onClick={() => void ask("open_fold", { fold: node, open: true })}>{open}</button>
      <Action label={ungroup} run={() => void ask("ungroup", { node })} />
    </div>
  );
}

/** What holds for a card beside its settings: signs that are words too. */
function StateLine({ card }: { card: Card }) {
  const { output, frozen, bypassed } = words.inspector;
  const states = [card.output && output, card.frozen && frozen, card.bypassed && bypassed].filter((state) => state !== false);
  if (states.length === 0) return null;
  return (
    <p className="kw-row kw-wrap">
      {states.map((state) => (
        <span key={state} className="kw-pill kw-state-pill">{state}</span>
      ))}
    </p>
  );
}

/** The opened fold or block in which a card stands, and the way to fold it again. */
export function InFrame({ id }: { id: string }) {
  const { ask } = useAsk();
  const { frames, locked } = useGraph().head;
  const frame = frames.find((one) => one.id === id);
  if (frame === undefined) return null;
  return (
    <p className="kw-second kw-soft">
      {words.inspector.inFrame} <span className="kw-strong">{words.inspector.outline.frame(frame.title, frame.times)}</span>{" "}
      <button type="button" className="kw-link-button" onClick={() => void ask("open_fold", { fold: id, open: false })}>{words.inspector.closeFrame}</button>
      {frame.block && locked === null && (
        <> <button type="button" className="kw-link-button" onClick={() => void ask("ungroup", { node: id })}>{words.inspector.ungroupFrame}</button></>
      )}
    </p>
  );
}

function WhyBox({ node }: { node: string }) {
  const why = useAnswer("why", { node })?.why;
  if (why === undefined || why.lines.length === 0) return null;
  return (
    <section className="kw-box" data-testid="kw-why">
      <h4>{words.inspector.why(shapeText(why.shape).replaceAll("×", " × "))}</h4>
      {why.lines.map((line, index) => (
        <p key={index}><Sentence text={line} /></p>
      ))}
    </section>
  );
}

function Weights({ weights }: { weights: readonly Weight[] }) {
  const { weights: title, weightName, weightShape } = words.inspector;
  return (
    <Fold title={title} count={String(weights.length)}>
      <table className="kw-table kw-weights">
        <thead>
          <tr><th scope="col">{weightName}</th><th scope="col">{weightShape}</th></tr>
        </thead>
        <tbody>
          {weights.map(({ name, shape }) => (
            <tr key={name}><td>{name}</td><td className="kw-mono">{wholeShapeText(shape)}</td></tr>
          ))}
        </tbody>
      </table>
    </Fold>
  );
}

/** The calls of a shared layer: each leads to its card. */
function Uses({ uses, here }: { uses: readonly Use[]; here: string }) {
  const { show } = useBuilder();
  return (
    <section className="kw-box">
      <h4>{words.inspector.uses(uses.length)}</h4>
      <ul>
        {uses.map(({ node, after }) => (
          <li key={node}>
            {node === here ? (
              <span>{words.inspector.useAfter(after)} <span className="kw-soft">({words.inspector.useHere})</span></span>
            ) : (
              <button type="button" className="kw-link-button" onClick={() => show(node)}>{words.inspector.useAfter(after)}</button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function OutputSwitch({ node, output }: { node: string; output: boolean }) {
  const send = useSend();
  const locked = useLocked();
  const { outputSwitch, outputHelp } = words.inspector;
  return (
    <Field
      key={node} of={node} disabled={locked} send={(value) => send("mark_output", { node, output: value === true })}
      field={{ name: "output", label: outputSwitch, help: outputHelp, control: { kind: "switch" }, value: output, default: false, old_names: [], mixed: false }}
    />
  );
}
