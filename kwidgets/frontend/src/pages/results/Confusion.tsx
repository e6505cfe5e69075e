// How often each class was taken for each; a cell leads to its samples.
import { type KeyboardEvent, useState } from "react";
import { countText } from "../../shared/figures";
import type { ConfusionView, ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { How } from "./How";
import type { Group } from "./SampleList";
import { strengthOf } from "./shapes";
import { useAsked } from "./useAsked";

interface Props {
  answer: ResultsAnswer;
  group: Group | null;
  show: (group: Group) => void;
}

export function Confusion({ answer, group, show }: Props) {
  const { of, output, stamp } = answer;
  const { answer: view } = useAsked("result_view", { of, output, view: "confusion", stamp }, `${of} ${output}`);
  const confusion = view?.confusion ?? null;
  if (confusion === null) return <div className="kw-confusion-place" />;
  return (
    <div className="kw-confusion-place">
      <Matrix confusion={confusion} group={group} show={show} />
      {confusion.more > 0 && <p className="kw-soft kw-second">{words.results.moreClasses(confusion.more)}</p>}
      <How text={view?.how} />
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function Matrix({ confusion, group, show }: { confusion: ConfusionView; group: Group | null; show: (group: Group) => void }) {
  const { shown, names, counts } = confusion;
  const [[down, across], setAt] = useState<readonly [number, number]>([0, 0]);
  const move = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = [clamp(down + step[0], shown.length), clamp(across + step[1], shown.length)] as const;
    setAt(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-at="${next.join(" ")}"]`)?.focus();
  };
  return (
    <table className={`kw-confusion ${shown.length > 12 ? "kw-confusion-small" : ""}`} role="grid" aria-label={words.results.views.confusion} onKeyDown={move} data-testid="kw-confusion">
      <thead>
        <tr>
          <td className="kw-soft">{words.results.trueClass}</td>
          <th className="kw-soft kw-confusion-head" scope="colgroup" colSpan={shown.length}>
            {words.results.predicted}
          </th>
        </tr>
        <tr>
          <td />
          {names.map((name, index) => (
            <th key={shown[index]} scope="col" title={name}>
              <span className="kw-ellipsis">{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {counts.map((row, index) => (
          <tr key={shown[index]}>
            <th scope="row" title={names[index]}>
              <span className="kw-ellipsis">{names[index]}</span>
            </th>
            {row.map((count, column) => (
              <Cell
                key={shown[column]} count={count} total={row.reduce((sum, one) => sum + one, 0)} names={[names[index] ?? "", names[column] ?? ""]} at={[index, column]}
                isHere={index === down && column === across} isChosen={group?.group === "cell" && group.true === shown[index] && group.predicted === shown[column]}
                press={() => {
                  setAt([index, column]);
                  show({ group: "cell", true: shown[index] ?? 0, predicted: shown[column] ?? 0 });
                }}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const clamp = (value: number, count: number): number => Math.min(Math.max(value, 0), count - 1);

interface CellProps {
  count: number;
  total: number;
  names: readonly [string, string];
  at: readonly [number, number];
  isHere: boolean;
  isChosen: boolean;
  press: () => void;
}

function Cell({ count, total, names: [name, other], at, isHere, isChosen, press }: CellProps) {
  const own = at[0] === at[1];
  const says = own ? words.results.rightly(count, name) : words.results.cell(count, name, other);
  const colour = `color-mix(in srgb, var(${own ? "--kw-brand" : "--kw-wrong"}) ${strengthOf(count, total)}%, var(--kw-sunk))`;
  return (
    <td role="gridcell" aria-selected={isChosen}>
      <button
        type="button" className={isChosen ? "kw-cell kw-cell-chosen" : "kw-cell"} style={{ background: colour }} tabIndex={isHere ? 0 : -1}
        data-at={at.join(" ")} aria-label={says} title={says} onClick={press}
      >
        {count > 0 ? countText(count) : ""}
      </button>
    </td>
  );
}
