// Which Keras the program is written for, and which of its models is meant.
import type { Dialect, TextModel, Texts } from "../../shared/messages";
import { words } from "../../shared/words";

const DIALECTS = ["engine", "keras2", "tf.keras", "keras3"] as const;
const isDialect = (name: string): name is Dialect => (DIALECTS as readonly string[]).includes(name);

interface DialectChoiceProps {
  texts: Texts;
  /** Typed text is in no dialect but its own until it is used or put away. */
  disabled: boolean;
  choose: (dialect: Dialect | null) => void;
}

export function DialectChoice({ texts, disabled, choose }: DialectChoiceProps) {
  const typed = texts.typed.includes("python") && !texts.anew.includes("python");
  return (
    <select
      className="kw-select kw-code-choice" aria-label={words.code.dialect} data-testid="kw-dialect" disabled={disabled}
      title={disabled ? words.code.dialectWaits : undefined} value={texts.dialect ?? ""}
      onChange={(event) => choose(isDialect(event.target.value) ? event.target.value : null)}
    >
      {typed && <option value="">{words.code.asTyped}</option>}
      {DIALECTS.map((dialect) => (
        <option key={dialect} value={dialect}>
          {words.code.dialects[dialect]}
        </option>
      ))}
    </select>
  );
}

export function ModelChoice({ models, choose }: { models: readonly TextModel[]; choose: (name: string) => void }) {
  if (models.length < 2) return null;
  return (
    <select
      className="kw-select kw-code-choice" aria-label={words.code.model} data-testid="kw-program-model" value={models.find(({ chosen }) => chosen)?.name ?? ""}
      onChange={(event) => choose(event.target.value)}
    >
      {models.map((model, index) => (
        <option key={index} value={model.name}>
          {words.code.modelOf(model.name, model.layers, model.place)}
        </option>
      ))}
    </select>
  );
}
