// The learning rate, one for the run and for the settings: click to type, or a tenth and ten times by a button.
import { useMemo } from "react";
import { isRefusal } from "../../shared/connection";
import { textKey } from "../../form/Field";
import { useEdit } from "../../form/useEdit";
import { fieldText } from "../../shared/figures";
import type { Field, Json } from "../../shared/messages";
import { words } from "../../shared/words";
import { Figure } from "./Figures";
import { rateText } from "./metrics";
import { type Rate, useRate } from "./useRate";

export function RateFigure() {
  const rate = useRate();
  if (rate.value === null) return null;
  const { train } = words;
  const times = (factor: number) => void rate.set(Number(((rate.value ?? 0) * factor).toPrecision(6)));
  return (
    <Figure
      label={train.rate}
      below={
        rate.free ? (
          <span className="kw-rate-steps" role="group" aria-label={train.rate}>
            <button type="button" title={train.tenthHelp} onClick={() => times(0.1)}>
              {train.tenth}
            </button>
            <button type="button" title={train.tenfoldHelp} onClick={() => times(10)}>
              {train.tenfold}
            </button>
          </span>
        ) : null
      }
    >
      {rate.free ? <RateInput rate={rate} value={rate.value} /> : rateText(rate.value)}
    </Figure>
  );
}

const WRITING = {
  show: (value: Json) => (typeof value === "number" ? rateText(value) : fieldText(value)),
  read: (text: string): Json => {
    const number = Number(text.replace(",", "."));
    return text.trim() === "" || Number.isNaN(number) ? text : number;
  },
};

/** Looks like a figure until it is clicked; what was typed goes out on Enter and on leaving, Escape gives it up. */
function RateInput({ rate, value }: { rate: Rate; value: number }) {
  const field = useMemo<Field>(
    () => ({ name: "learning_rate", label: words.train.rate, help: words.train.rateHelp, control: { kind: "number" }, value, default: null, old_names: [], mixed: false }),
    [value],
  );
  const send = async (wanted: Json) => {
    const reply = await rate.set(typeof wanted === "number" ? wanted : fieldText(wanted));
    return isRefusal(reply) ? reply : null;
  };
  const edit = useEdit(field, WRITING, send, "rate of the run");
  const shown = edit.typed ?? WRITING.show(edit.value);
  return (
    <input
      className={`kw-rate-input ${edit.typed === null ? "" : "kw-rate-typed"}`}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      aria-label={words.train.rate}
      title={words.train.rateHelp}
      size={Math.max(6, shown.length)}
      value={shown}
      onFocus={(event) => event.target.select()}
      onChange={(event) => edit.type(event.target.value)}
      onBlur={edit.leave}
      onKeyDown={(event) => textKey(event, edit)}
    />
  );
}
