// Several cards: what they have in common is set at once.
import { useBuilder } from "../frame/BuilderContext";
import { useAnswer } from "../shared/context";
import type { Card, Form } from "../shared/messages";
import { words } from "../shared/words";
import { Actions } from "./Actions";
import { BlockForm, CardMenu } from "./CardMenu";
import { CostFacts } from "./Facts";
import { Sections } from "./Sections";

export function SeveralPage({ cards }: { cards: readonly Card[] }) {
  const nodes = cards.map((card) => card.id);
  const form = useAnswer("form", { nodes })?.form ?? null;
  const { savingBlock, saveBlock } = useBuilder();
  return (
    <>
      <div className="kw-inspector-head">
        <h3>{words.inspector.several.title(form?.layers.length ?? nodes.length)}</h3>
        <span className="kw-soft kw-ellipsis" title={form?.summary}>{form?.summary}</span>
        <span className="kw-grow" />
        <CardMenu />
      </div>
      {savingBlock && <BlockForm nodes={nodes} start={words.inspector.block.several} close={() => saveBlock(false)} />}
      {form !== null && <CommonText form={form} />}
      {form !== null && <Common form={form} nodes={nodes} />}
    </>
  );
}

function CommonText({ form }: { form: Form }) {
  const { text, nothing } = words.inspector.several;
  const some = form.sections.some((section) => section.fields.length > 0);
  return <p className="kw-soft kw-inspector-text kw-inspector-more">{some ? text : nothing}</p>;
}

/** The common settings of the layers of a form, what they cost together, and what can be done with all of them. */
export function Common({ form, nodes, grouping = true }: { form: Form; nodes: readonly string[]; grouping?: boolean }) {
  return (
    <>
      {form.sections.length > 0 && (
        <form className="kw-stack kw-settings" aria-label={words.inspector.settingsOf(form.title)} onSubmit={(event) => event.preventDefault()}>
          <Sections layers={form.layers} sections={form.sections} />
        </form>
      )}
      <div className="kw-inspector-more kw-stack">
        <CostFacts costs={form} />
        <Actions nodes={nodes} frozen={form.frozen} bypassed={form.bypassed} group={grouping} />
      </div>
    </>
  );
}
