// The rows as one bar: trained on, and kept for validation. The border can be drawn; the figure can be typed.
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import { words } from "../../shared/words";
import { MOST_KEPT, percentOf, shareOf, splitOf } from "./split";

export function SplitBar({ samples, share }: { samples: number; share: number }) {
  const { ask } = useAsk();
  // While it is drawn; null: as Python knows it.
  const [drawn, setDrawn] = useState<number | null>(null);
  useEffect(() => setDrawn(null), [share]);
  const shown = drawn ?? share;
  const { train, validation } = splitOf(samples, shown);
  const set = (wanted: number | null) => {
    if (wanted === null || wanted === share) setDrawn(null);
    else void ask("set_data", { validation_split: wanted }).then(() => setDrawn(null));
  };
  return (
    <div className="kw-stack">
      <div className="kw-split">
        <div className="kw-split-bar" role="img" aria-label={words.data.split(countText(train), countText(validation))}>
          <span className="kw-split-train kw-ellipsis" style={{ flexGrow: 1 - shown }}>{words.data.train(countText(train))}</span>
          {shown > 0 && (
            <span className="kw-split-validation kw-ellipsis" style={{ flexGrow: shown }}>{shown >= 0.14 ? words.data.validation(countText(validation)) : countText(validation)}</span>
          )}
        </div>
        <input
          className="kw-split-border" type="range" min={0} max={100} step={1} value={Math.round(100 * shown)} aria-label={words.data.share}
          aria-valuetext={words.data.split(countText(train), countText(validation))}
          onChange={(event) => setDrawn(Math.min(Number(event.target.value), MOST_KEPT) / 100)}
          onPointerUp={() => set(drawn)} onKeyUp={() => set(drawn)} onBlur={() => set(drawn)}
        />
      </div>
      <div className="kw-row kw-wrap">
        <Percent share={shown} set={set} />
        <span className="kw-soft kw-second">{validation > 0 ? words.data.lastRows(countText(validation)) : words.data.noValidation}</span>
      </div>
    </div>
  );
}

function Percent({ share, set }: { share: number; set: (share: number | null) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const id = useId();
  const wrong = typed !== null && shareOf(typed) === null;
  const end = () => {
    if (typed !== null) set(shareOf(typed));
    setTyped(null);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") end();
    if (event.key === "Escape") setTyped(null);
  };
  return (
    <span className="kw-row">
      <input
        id={id} className="kw-input kw-percent" type="text" inputMode="decimal" value={typed ?? percentOf(share)} aria-invalid={wrong} data-testid="kw-validation-split"
        onChange={(event) => setTyped(event.target.value)} onBlur={end} onKeyDown={keys}
      />
      <label htmlFor={id}>{words.data.percent}</label>
    </span>
  );
}
