// The sections of a form: what matters first, the rest folded under its name.
import { fieldText } from "../shared/figures";
import { Field } from "../form/Field";
import type { Send } from "../form/useEdit";
import { type DetailsArgument, type Gesture, isRefusal } from "../shared/connection";
import { useAsk } from "../shared/context";
import type { Field as Setting, Form, Json, Refusal, Section } from "../shared/messages";
import { words } from "../shared/words";
import { Fold } from "./Fold";
import { useLocked } from "./InspectorContext";

/** A question to Python that only says whether it was refused. */
export function useSend(): <Name extends Gesture>(gesture: Name, ...details: DetailsArgument<Name>) => Promise<Refusal | null> {
  const { askQuietly } = useAsk();
  return async (gesture, ...details) => {
    const reply = await askQuietly(gesture, ...details);
    return isRefusal(reply) ? reply : null;
  };
}

/** Fields of these layers; they are new ones for other layers, so that nothing typed is taken along. */
export function Fields({ layers, fields }: { layers: readonly string[]; fields: readonly Setting[] }) {
  const send = useSend();
  const locked = useLocked();
  const set = (name: string): Send => (value) => send("set", { layers, field: name, value });
  const ahead = (name: string) => (value: Json) => ({ do: "set", layers, field: name, value });
  return (
    <div className="kw-fields">
      {fields.map((field) => (
        <Field key={`${layers.join("\n")}\n${field.name}`} field={field} of={layers.join("\n")} send={set(field.name)} ahead={ahead(field.name)} disabled={locked} />
      ))}
    </div>
  );
}

interface SectionsProps {
  layers: readonly string[];
  sections: readonly Section[];
}

/** The first sections, which stand open, and below them the others under their names. */
export function Sections(props: SectionsProps) {
  return (
    <>
      <FirstSections {...props} />
      <FoldedSections {...props} />
    </>
  );
}

const isFirst = (section: Section) => section.title === "";

function FirstSections({ layers, sections }: SectionsProps) {
  return sections.filter((section) => isFirst(section) && section.fields.length > 0).map((section, index) => (
    <Fields key={index} layers={layers} fields={section.fields} />
  ));
}

function FoldedSections({ layers, sections }: SectionsProps) {
  return sections.filter((section) => !isFirst(section)).map((section) => (
    <Fold key={section.title} name={section.fields[0]?.name.includes(".") === true ? `.${section.title}` : section.title} title={section.title} count={countOf(section, layers)} initial={isNested(section)}>
      <Fields layers={layers} fields={section.fields} />
    </Fold>
  ));
}

/** Whether it holds the settings of a layer in a nested model: these are what such a card is opened for. */
function isNested(section: Section): boolean {
  return /(^|\.)layers\./.test(section.fields[0]?.name ?? "");
}

function countOf(section: Section, layers: readonly string[]): string {
  return layers.length > 1 ? words.inspector.several.shared(section.fields.length) : String(section.fields.length);
}

/** The settings of one layer; those of the layer inside a wrapper come under its class. */
export function LayerSettings({ form }: { form: Form }) {
  const { layers, inner } = form;
  const fields = [...form.sections, ...(inner?.sections ?? [])].flatMap((section) => section.fields);
  if (fields.length === 0) return null;
  return (
    <form className="kw-stack kw-settings" aria-label={words.inspector.settingsOf(form.name ?? form.title)} onSubmit={(event) => event.preventDefault()}>
      {wrapperOf(form) !== null && <WrapperChoice form={form} />}
      <FirstSections layers={layers} sections={form.sections} />
      {inner !== null && <InnerSettings layers={layers} form={inner} />}
      <FoldedSections layers={layers} sections={form.sections} />
    </form>
  );
}

/** The layer inside a wrapper; its fields are named by their path from the wrapper's. */
function InnerSettings({ layers, form }: { layers: readonly string[]; form: Form }) {
  return (
    <>
      <h4 className="kw-inside-title">{words.inspector.inside(form.title)}</h4>
      <Sections layers={layers} sections={form.sections} />
      {form.inner !== null && <InnerSettings layers={layers} form={form.inner} />}
    </>
  );
}

/** The class around a layer that can be taken off; null for layers that hold others in their own way. */
export function wrapperOf({ wrapper, wrappers }: Form): string | null {
  return wrapper !== null && wrappers.includes(wrapper) ? wrapper : null;
}

/** Puts a wrapper around a layer, or takes it off. */
export function WrapperChoice({ form }: { form: Form }) {
  const send = useSend();
  const locked = useLocked();
  const { layers, wrappers } = form;
  const field: Setting = {
    name: "wrapper", label: words.inspector.wrapper, help: words.inspector.wrapperHelp, control: { kind: "choice", options: wrappers, optional: true },
    value: wrapperOf(form), default: null, old_names: [], mixed: false,
  };
  const wrap: Send = (value) => send("wrap", { layers, wrapper: value === null ? null : fieldText(value) });
  return (
    <div className="kw-wrapper">
      <Field key={layers.join("\n")} field={field} of={layers.join("\n")} send={wrap} disabled={locked} />
    </div>
  );
}
