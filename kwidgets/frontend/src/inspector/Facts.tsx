// Figures in two columns: what a layer costs, or the whole model.
import type { ReactNode } from "react";
import { bytesText, countText, shareText, wholeShapeText, workText, type Shapes } from "../shared/figures";
import { useGraph } from "../shared/context";
import { words } from "../shared/words";
import { shareOf } from "./shares";

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="kw-facts">{children}</dl>;
}

export function Fact({ label, value, more, title }: { label: string; value: string; more?: string; title?: string }) {
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd>
        <span className="kw-strong">{value}</span>
        {more !== undefined && <span className="kw-soft"> {more}</span>}
      </dd>
    </div>
  );
}

interface Costs {
  parameters: number;
  work: number;
  memory: number;
}

/** What one or more layers cost, with their share of the model's parameters. */
export function CostFacts({ costs, shape }: { costs: Costs; shape?: Shapes }) {
  const { totals } = useGraph().head;
  const { parameters, work, memory } = costs;
  const share = parameters > 0 ? shareText(shareOf(parameters, totals.parameters)) : undefined;
  return (
    <Facts>
      <Fact label={words.inspector.parameters} value={countText(parameters)} more={share} />
      <Fact label={words.inspector.work} value={workText(work)} />
      {shape !== undefined && (
        <div>
          <dt>{words.inspector.outputShape}</dt>
          <dd className="kw-mono kw-fact-shape" data-testid="kw-form-shape" title={wholeShapeText(shape)}>{wholeShapeText(shape)}</dd>
        </div>
      )}
      <Fact label={words.inspector.memory} value={bytesText(memory)} />
    </Facts>
  );
}
