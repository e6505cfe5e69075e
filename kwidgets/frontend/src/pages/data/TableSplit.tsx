// How a table's rows are divided, in a few words beside the share for validation; a press opens the settings that count with the present choice.
import { useId, useState } from "react";
import { Field } from "../../form/Field";
import type { Send } from "../../form/useEdit";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { Field as Setting } from "../../shared/messages";
import { words } from "../../shared/words";
import { countsIn, percentOf } from "./split";

export function TableSplit({ fields }: { fields: readonly Setting[] }) {
  const { askQuietly } = useAsk();
  const id = useId();
  const [open, setOpen] = useState(false);
  const send = (field: string): Send => async (value) => {
    const reply = await askQuietly("set_table_split", { field, value });
    return isRefusal(reply) ? reply : null;
  };
  const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return (
    <>
      <button type="button" className="kw-chip-open" aria-expanded={open} aria-controls={id} title={words.data.howSplit} data-testid="kw-table-split" onClick={() => setOpen(!open)}>
        {words.data.splitBy(values)}
      </button>
      {countsIn("same_share", values) && values.same_share === true && <span className="kw-soft kw-second">{words.data.sameShare}</span>}
      {typeof values.test === "number" && <span className="kw-soft kw-second">{values.test > 0 ? words.data.testShare(percentOf(values.test)) : words.data.noTest}</span>}
      <div id={id} role="group" className="kw-table-split" aria-label={words.data.howSplit} hidden={!open}>
        {open && fields.filter(({ name }) => countsIn(name, values)).map((field) => (
          <Field key={field.name} field={field} of="split of the table" send={send(field.name)} />
        ))}
      </div>
    </>
  );
}
