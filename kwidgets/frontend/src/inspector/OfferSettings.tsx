// The settings of a layer that is about to be added: changed here before Enter adds it.
import { type FocusEvent, type KeyboardEvent, useRef } from "react";
import { Field } from "../form/Field";
import { type Offered, useBuilder } from "../frame/BuilderContext";
import { useShared } from "../shared/context";
import type { Field as Setting, Json, Refusal } from "../shared/messages";
import { words } from "../shared/words";
import { offerFields } from "./offerFields";

interface Props {
  offered: Offered;
  fields: readonly Setting[];
}

export function OfferSettings({ offered: { row, set, add, leave }, fields }: Props) {
  const { root } = useShared();
  const { openSearch } = useBuilder();
  // What was sent last and is not answered yet: Enter waits for it.
  const sent = useRef<Promise<Refusal | null> | null>(null);
  const send = (name: string) => async (value: Json) => {
    const answer = set(name, value);
    sent.current = answer;
    const refusal = await answer;
    if (sent.current === answer) sent.current = null;
    return refusal;
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const first = event.target === offerFields(root())[0];
    if (event.key === "Enter") void Promise.resolve(sent.current).then((refusal) => refusal === null && add(event.altKey));
    else if (event.key === "Escape" || (event.key === "Tab" && event.shiftKey && first)) leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const left = ({ relatedTarget: to }: FocusEvent) => to !== null && to.closest(".kw-search, .kw-inspector") === null && openSearch(null);
  return (
    <div className="kw-fields" role="group" aria-label={words.inspector.settingsOf(row.title)} data-offer="" onKeyDown={keyDown} onBlur={left}>
      {fields.map((field) => (
        <Field key={`${row.title}\n${field.name}`} field={field} of={`offered ${row.title}`} send={send(field.name)} />
      ))}
    </div>
  );
}
