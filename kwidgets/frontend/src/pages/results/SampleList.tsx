// Samples that have something in common, drawn as what they are; one can be opened, and marked.
import { type ReactNode, useState } from "react";
import { useAsk } from "../../shared/context";
import { countText } from "../../shared/figures";
import type { ResultsAnswer, SampleGroup } from "../../shared/messages";
import { words } from "../../shared/words";
import { OneSample } from "../data/Samples";
import { useAsked } from "./useAsked";

/** Which samples: of a cell, the worst, those on which two runs differ, the marked ones, or some by number. */
export interface Group {
  group: "cell" | "worst" | "gained" | "lost" | "marked" | "near";
  true?: number;
  predicted?: number;
  run?: string;
  rows?: number[];
}

interface Props {
  answer: ResultsAnswer;
  group: Group;
  open: (row: number) => void;
  /** Called when what is marked has changed. */
  changed: () => void;
  /** A few only, below others. */
  short?: boolean;
}

const FEW = 6;
const PAGE = 24;

export function SampleList({ answer, group, open, changed, short = false }: Props) {
  const { of, output, stamp, marked } = answer;
  const name = `${of} ${output} ${JSON.stringify(group)}`;
  const [first, setFirst] = useState({ name, at: 0 });
  const at = first.name === name ? first.at : 0;
  const details = { of, output, ...group, first: at, stamp: `${stamp} ${marked}` };
  const { answer: found, refusal } = useAsked("result_samples", details, name);
  if (refusal !== null) return <p className="kw-box kw-box-warn kw-second" role="status">{refusal.refused}</p>;
  if (found === null) return null;
  const shown = short ? FEW : found.rows.length;
  return (
    <section role="group" className="kw-stack" aria-label={found.title} data-testid={`kw-samples-${group.group}`}>
      <h3>
        {found.title} <span className="kw-soft">{words.results.shownOf(at, Math.min(at + shown, found.total), found.total)}</span>
      </h3>
      {found.total === 0 && <p className="kw-soft">{words.results.none}</p>}
      {found.columns.length > 0 ? <Rows found={found} open={open} most={shown} of={of} changed={changed} /> : <Pictures found={found} open={open} most={shown} of={of} changed={changed} />}
      <div className="kw-row">
        {!short && at > 0 && (
          <button type="button" className="kw-button kw-button-small" onClick={() => setFirst({ name, at: Math.max(0, at - PAGE) })}>
            {words.results.back}
          </button>
        )}
        {!short && at + PAGE < found.total && (
          <button type="button" className="kw-button kw-button-small" onClick={() => setFirst({ name, at: at + PAGE })}>
            {words.results.more}
          </button>
        )}
        {found.total > 0 && !short && <p className="kw-soft kw-second">{words.results.press}</p>}
      </div>
    </section>
  );
}

interface ListProps {
  found: SampleGroup;
  open: (row: number) => void;
  most: number;
  of: ResultsAnswer["of"];
  changed: () => void;
}

/** The box that marks a sample; what is told at once stands until the next list comes. */
function useMarks({ found, of, changed }: Pick<ListProps, "found" | "of" | "changed">): (row: number, index: number) => ReactNode {
  const { ask } = useAsk();
  const [told, tell] = useState<ReadonlyMap<number, boolean>>(new Map());
  const mark = (row: number, marked: boolean) => {
    tell(new Map([...told, [row, marked]]));
    void ask("mark_samples", { of, rows: [row], marked }).then(changed);
  };
  return (row, index) => (
    <input type="checkbox" className="kw-result-mark" aria-label={words.results.mark(row)} title={words.results.mark(row)} checked={told.get(row) ?? found.marked[index] ?? false} onChange={(event) => mark(row, event.target.checked)} />
  );
}

function Pictures({ found, open, most, of, changed }: ListProps) {
  const box = useMarks({ found, of, changed });
  const wide = found.inputs.some(({ facts }) => facts.kind === "text" || (facts.kind === "numbers" && facts.shape.length === 2));
  return (
    <ul className={wide ? "kw-result-samples kw-result-wide" : "kw-result-samples"}>
      {found.rows.slice(0, most).map((row, index) => {
        const caption = found.captions[index] ?? "";
        return (
          <li key={row}>
            <button type="button" className="kw-result-sample" aria-label={words.results.open(row, caption)} title={words.results.open(row, caption)} data-row={row} onClick={() => open(row)}>
              {found.inputs.map(({ name, facts }) => (
                <OneSample key={name} facts={facts} index={index} label={words.results.sample(row)} />
              ))}
              <span className="kw-sample-label kw-ellipsis">{caption}</span>
            </button>
            {box(row, index)}
          </li>
        );
      })}
    </ul>
  );
}

/** Of a table, the rows as they stand in it. */
function Rows({ found, open, most, of, changed }: ListProps) {
  const box = useMarks({ found, of, changed });
  return (
    <div className="kw-look-place kw-result-rows" role="group" tabIndex={0} aria-label={found.title}>
      <table className="kw-sample-table kw-look-rows">
        <thead>
          <tr>
            <th scope="col">{words.results.row}</th>
            <th scope="col">{words.results.says}</th>
            {found.columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {found.rows.slice(0, most).map((row, index) => (
            <tr key={row}>
              <th scope="row" className="kw-result-row">
                {box(row, index)}
                <button type="button" className="kw-link-button" data-row={row} aria-label={words.results.open(row, found.captions[index] ?? "")} onClick={() => open(row)}>
                  {countText(row)}
                </button>
              </th>
              <td>{found.captions[index]}</td>
              {found.columns.map(({ name, values }) => (
                <td key={name} className={values[index] === null ? "kw-soft" : undefined} title={values[index] ?? undefined}>
                  {values[index] ?? words.data.missingValue}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
