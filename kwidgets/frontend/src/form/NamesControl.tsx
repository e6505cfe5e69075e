// Some names of a list, each ticked or not: a group of boxes, sent at once.
import type { Json } from "../shared/messages";

interface Props {
  label: string;
  options: readonly string[];
  chosen: Json;
  disabled?: boolean;
  describedBy?: string | undefined;
  choose: (names: readonly string[]) => void;
}

export function NamesControl({ label, options, chosen, disabled = false, describedBy, choose }: Props) {
  const names = namesIn(chosen);
  return (
    <fieldset className="kw-names" disabled={disabled} aria-describedby={describedBy}>
      <legend className="kw-field-head">{label}</legend>
      <div className="kw-names-list">
        {options.map((name) => (
          <label key={name} className="kw-switch kw-names-one">
            <input type="checkbox" checked={names.includes(name)} onChange={() => choose(toggled(options, names, name))} />
            <span>{name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export const namesIn = (value: Json): string[] => (Array.isArray(value) ? (value as readonly Json[]).filter((one) => typeof one === "string") : []);

/** The names with one more or one less, in the order of the options. */
export function toggled(options: readonly string[], names: readonly string[], name: string): string[] {
  const wanted = names.includes(name) ? names.filter((one) => one !== name) : [...names, name];
  return options.filter((one) => wanted.includes(one));
}
