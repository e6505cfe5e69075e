// What is wrong with the graph, each with what mends it.
import { useAsk, useTrait } from "../shared/context";

export function Problems({ select }: { select: (node: string) => void }) {
  const { problems, nodes } = useTrait("graph");
  const { ask } = useAsk();
  return (
    <section className="kw-problems" aria-label="Problems" data-testid="kw-problems" data-count={problems.length}>
      {problems.length === 0 && <p className="kw-quiet">{nodes.length === 0 ? "The graph is empty." : "✓ Every layer fits."}</p>}
      <ul aria-live="polite">
        {problems.map((problem) => (
          <li key={problem.id} className={`kw-problem kw-${problem.severity ?? "error"}`} data-testid="kw-problem">
            <span className="kw-problem-mark" role="img" aria-label={problem.severity ?? "error"}>
              {problem.severity === "warning" ? "⚠" : "✕"}
            </span>
            <button type="button" className="kw-link" disabled={problem.node === null} onClick={() => problem.node !== null && select(problem.node)}>
              {problem.sentence} {problem.hint ?? ""}
            </button>
            {problem.mends.map((mend) => (
              <button key={mend.id} type="button" className="kw-mend" onClick={() => void ask("mend", { problem: problem.id, mend: mend.id })}>
                {mend.label}
              </button>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
