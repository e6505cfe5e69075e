// Precision, recall and F1 of each class or label, the weakest first where asked.
import { useState } from "react";
import { countText } from "../../shared/figures";
import type { ClassRow, ResultsAnswer } from "../../shared/messages";
import { words } from "../../shared/words";
import { How } from "./How";
import { useAsked } from "./useAsked";

const COLUMNS = ["name", "support", "predicted", "precision", "recall", "f1"] as const;
type Column = (typeof COLUMNS)[number];

export function ByClass({ answer }: { answer: ResultsAnswer }) {
  const { of, output, stamp, outputs } = answer;
  const { answer: found } = useAsked("result_view", { of, output, view: "by_class", stamp }, `${of} ${output}`);
  const [sorted, setSorted] = useState<Column>("recall");
  const { results } = words;
  const kind = outputs.find(({ name }) => name === output)?.kind;
  const titles: Record<Column, string> = {
    name: kind === "labels" ? results.labelName : results.name, support: results.support, predicted: results.takenFor, precision: results.precision, recall: results.recall, f1: results.f1,
  };
  const rows = [...(found?.by_class ?? [])].sort((a, b) => order(a, sorted) - order(b, sorted));
  return (
    <div className="kw-results-classes">
      <div className="kw-look-place" role="group" tabIndex={0} aria-label={results.views.by_class}>
        <table className="kw-look-table" data-testid="kw-by-class">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" aria-sort={column === sorted ? "ascending" : "none"}>
                  <button type="button" className="kw-results-sort" onClick={() => setSorted(column)}>
                    {titles[column]}
                    <span aria-hidden="true">{column === sorted ? " ▲" : ""}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.number}>
                <th scope="row">{row.name}</th>
                <td>{countText(row.support)}</td>
                <td>{countText(row.predicted)}</td>
                <Share value={row.precision} />
                <Share value={row.recall} />
                <Share value={row.f1} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <How text={found?.how} />
    </div>
  );
}

function order(row: ClassRow, column: Column): number {
  return column === "name" ? row.number : (row[column] ?? 2);
}

function Share({ value }: { value: number | null }) {
  if (value === null) return <td className="kw-soft">–</td>;
  return (
    <td>
      <span className="kw-look-tells">
        <i aria-hidden="true"><b style={{ width: `${100 * value}%` }} /></i>
        <span>{value.toFixed(3)}</span>
      </span>
    </td>
  );
}
