// The learning rate, one for the run and for the settings: click to type, or a tenth and ten times by a button.
import { useState } from "react";
import { isRefusal } from "../../shared/connection";
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

/** Looks like a figure until it is clicked; what was typed goes out on Enter and on leaving, Escape gives it up. */
function RateInput({ rate, value }: { rate: Rate; value: number }) {
  const [typed, setTyped] = useState<string | null>(null);
  const send = async () => {
    if (typed === null) return;
    const number = Number(typed.replace(",", "."));
    const reply = typed.trim() === "" || number === value ? null : await rate.set(Number.isNaN(number) ? typed : number);
    if (reply === null || !isRefusal(reply)) setTyped(null);
  };
  return (
    <input
      className={`kw-rate-input ${typed === null ? "" : "kw-rate-typed"}`}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      aria-label={words.train.rate}
      title={words.train.rateHelp}
      size={Math.max(6, (typed ?? rateText(value)).length)}
      value={typed ?? rateText(value)}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        void send().finally(() => setTyped(null));
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") void send();
        else if (event.key === "Escape" && typed !== null) {
          event.stopPropagation();
          setTyped(null);
        }
      }}
    />
  );
}
