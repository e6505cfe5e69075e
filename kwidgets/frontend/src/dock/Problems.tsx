// What is wrong with the graph, each in one line with the mend that helps most.
import { useBuilder } from "../frame/BuilderContext";
import { useMendPreview } from "../frame/useMendPreview";
import { useAsk, useGraph } from "../shared/context";
import type { Problem } from "../shared/messages";
import { usePointedAt } from "../shared/usePointedAt";
import { words } from "../shared/words";

export function Problems() {
  const { head } = useGraph();
  if (head.totals.layers === 0) return <p className="kw-soft kw-dock-text">{words.dock.noGraph}</p>;
  if (head.problems.length === 0) return <p className="kw-soft kw-dock-text">{words.dock.noProblems}</p>;
  return (
    <ul aria-live="polite" data-testid="kw-problems">
      {head.problems.map((problem) => (
        <ProblemLine key={problem.id} problem={problem} />
      ))}
    </ul>
  );
}

function ProblemLine({ problem }: { problem: Problem }) {
  const { show } = useBuilder();
  const { ask } = useAsk();
  const { node } = problem;
  // The one that helps most; "Show" leads to the others.
  const [mend] = problem.mends;
  const { pointedAt, parts } = usePointedAt();
  useMendPreview(problem, mend, { pointedAt });
  return (
    <li className={`kw-problem kw-${problem.severity}`} data-testid="kw-problem">
      <span className="kw-dot" role="img" aria-label={words.dock[problem.severity]} />
      {node === null ? (
        <b className="kw-problem-name">{words.dock.wholeModel}</b>
      ) : (
        <button type="button" className="kw-problem-name kw-strong" onClick={() => show(node)}>
          {problem.layer ?? problem.title}
        </button>
      )}
      <span className="kw-problem-text">
        {problem.sentence} <span className="kw-soft">{problem.hint ?? ""}</span>
      </span>
      {mend !== undefined && (
        <button
          {...parts} type="button" title={[mend.details ?? "", mend.effect].filter((text) => text !== "").join("\n")} className="kw-button kw-button-small kw-mend kw-button-main"
          onClick={() => void ask("mend", { problem: problem.id, mend: mend.id })}
        >
          {mend.label}
        </button>
      )}
      {node !== null && (
        <button type="button" className="kw-button kw-button-small" onClick={() => show(node)}>
          {words.dock.show}
        </button>
      )}
    </li>
  );
}
