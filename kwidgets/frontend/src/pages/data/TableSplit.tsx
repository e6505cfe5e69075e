// How a table's rows are divided, beside the share for validation: what does not count with the present choice is not shown.
import { Field } from "../../form/Field";
import type { Send } from "../../form/useEdit";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { Field as Setting } from "../../shared/messages";
import { words } from "../../shared/words";
import { countsIn } from "./split";

export function TableSplit({ fields }: { fields: readonly Setting[] }) {
  const { askQuietly } = useAsk();
  const send = (field: string): Send => async (value) => {
    const reply = await askQuietly("set_table_split", { field, value });
    return isRefusal(reply) ? reply : null;
  };
  const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  return (
    <div role="group" className="kw-table-split" aria-label={words.data.howSplit} data-testid="kw-table-split">
      {fields.filter(({ name }) => countsIn(name, values)).map((field) => (
        <Field key={field.name} field={field} of="split of the table" send={send(field.name)} />
      ))}
    </div>
  );
}
