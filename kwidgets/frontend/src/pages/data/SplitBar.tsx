// The rows as one bar: trained on, and kept for validation. The border can be drawn; the figure can be typed.
import { useEffect, useId, useMemo, useState } from "react";
import { textKey } from "../../form/Field";
import { useEdit } from "../../form/useEdit";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { countText, fieldText } from "../../shared/figures";
import type { Data, Field, Json, SplitAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { TrainFolds } from "./Folds";
import { OwnValidation } from "./OwnValidation";
import { SecondSource } from "./SecondSource";
import { TableSplit } from "./TableSplit";
import { foldsOf, MOST_KEPT, percentOf, shareOf, splitOf } from "./split";

interface Props {
  samples: number;
  share: number;
  /** What is known of it beyond the share; null before the first answer. */
  split: SplitAnswer | null;
  /** How a table's rows are divided; null for arrays, whose last rows are kept. */
  table: readonly Field[] | null;
  /** Arrays that are measured in place of a share, and which could be. */
  own: Pick<Data, "validation" | "own_validation" | "second" | "source_kind">;
}

export function SplitBar({ samples, share, split, table, own }: Props) {
  const { ask } = useAsk();
  const test = split?.test ?? null;
  const folds = foldsOf(table);
  const validating = own.validation === null ? null : (split?.own ?? null);
  // Neither of folds nor of rows of their own a share is said.
  const shared = folds === null && own.validation === null && own.second === null;
  // While it is drawn; null: as Python knows it.
  const [drawn, setDrawn] = useState<number | null>(null);
  useEffect(() => setDrawn(null), [share]);
  const shown = drawn ?? share;
  const { train, validation } = splitOf(samples, shown, drawn === null ? (split?.validates ?? null) : null);
  const kept = validation / samples;
  const set = (wanted: number | null) => {
    if (wanted === null || wanted === share) setDrawn(null);
    else void ask("set_data", { validation_split: wanted }).then(() => setDrawn(null));
  };
  return (
    <div className="kw-stack">
      <div className="kw-split-row">
        <div className="kw-split" style={{ flexGrow: samples }}>
          <div className="kw-split-bar" role="img" aria-label={words.data.split(countText(train), countText(validation))}>
            <span className="kw-split-train kw-ellipsis" style={{ flexGrow: 1 - kept }}>{words.data.train(countText(train))}</span>
            {validation > 0 && (
              <span className="kw-split-validation kw-ellipsis" style={{ flexGrow: kept }}>{kept >= 0.14 ? words.data.validation(countText(validation)) : countText(validation)}</span>
            )}
          </div>
          {shared && <input
            className="kw-split-border" type="range" min={0} max={100} step={1} value={Math.round(100 * shown)} aria-label={words.data.share}
            aria-valuetext={words.data.split(countText(train), countText(validation))}
            onChange={(event) => setDrawn(Math.min(Number(event.target.value), MOST_KEPT) / 100)}
            onPointerUp={() => set(drawn)} onKeyUp={() => set(drawn)} onBlur={() => set(drawn)}
          />}
        </div>
        {validating !== null && (
          <span className="kw-split-test kw-split-own kw-ellipsis" style={{ flexGrow: validating.rows }} title={words.data.ownValidation(validating.key, countText(validating.rows))} data-testid="kw-split-own">
            {words.data.validation(countText(validating.rows))}
          </span>
        )}
        {test !== null && (
          <span className="kw-split-test kw-ellipsis" style={{ flexGrow: test.rows }} title={words.data.testHelp(test.key, countText(test.rows))} data-testid="kw-split-test">
            {words.data.test(countText(test.rows))}
          </span>
        )}
      </div>
      <div className="kw-row kw-wrap">
        {shared && <Percent share={shown} />}
        {table === null && <OwnValidation {...own} />}
        {(table === null ? own.source_kind === "file" : folds === null) && <SecondSource second={own.second} />}
        {(table === null || validation === 0) && own.validation === null && <span className="kw-soft kw-second">{validation > 0 ? words.data.lastRows(countText(validation)) : words.data.noValidation}</span>}
        {table !== null && <TableSplit fields={table} />}
        {folds !== null && <TrainFolds count={folds} />}
      </div>
    </div>
  );
}

const WRITING = {
  show: (value: Json) => (typeof value === "number" ? percentOf(value) : fieldText(value)),
  read: (text: string): Json => shareOf(text) ?? text,
};

function Percent({ share }: { share: number }) {
  const { ask } = useAsk();
  const id = useId();
  const field = useMemo<Field>(
    () => ({ name: "validation_split", label: words.data.share, help: "", control: { kind: "number" }, value: share, default: 0, old_names: [], mixed: false }),
    [share],
  );
  const send = async (wanted: Json) => {
    const reply = await ask("set_data", { validation_split: wanted });
    return isRefusal(reply) ? reply : null;
  };
  const edit = useEdit(field, WRITING, send, "share of the data");
  return (
    <span className="kw-row">
      <input
        id={id} className="kw-input kw-percent" type="text" inputMode="decimal" value={edit.typed ?? WRITING.show(edit.value)} data-testid="kw-validation-split"
        aria-invalid={edit.typed !== null && shareOf(edit.typed) === null}
        onChange={(event) => edit.type(event.target.value)} onBlur={edit.leave} onKeyDown={(event) => textKey(event, edit)}
      />
      <label htmlFor={id}>{words.data.percent}</label>
    </span>
  );
}
