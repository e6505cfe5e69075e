// A card that stands for several layers: a repeated block.
import { useAnswer, useAsk } from "../shared/context";
import { nameOf } from "../shared/ids";
import type { Card, Fold as Folded } from "../shared/messages";
import { words } from "../shared/words";
import { Action } from "./Actions";
import { CostFacts } from "./Facts";
import { Fold } from "./Fold";
import { LayerHead } from "./LayerHead";
import { Common } from "./SeveralPage";
import { Troubles } from "./Troubles";

export function FoldPage({ card, fold, sheet }: { card: Card; fold: Folded; sheet: boolean }) {
  const form = useAnswer("form", { nodes: [card.id] })?.form ?? null;
  const { ask } = useAsk();
  const { repeats, holds, open, inside } = words.inspector.fold;
  const each = Math.max(1, Math.round(fold.nodes.length / fold.times));
  return (
    <>
      <LayerHead card={card} sheet={sheet} parameters={card.parameters} />
      <p className="kw-soft kw-inspector-text">{fold.times > 1 ? repeats(fold.times, each) : holds(fold.nodes.length)}</p>
      <Troubles card={card} />
      <div className="kw-two kw-actions">
        <Action label={open} run={() => void ask("open_fold", { fold: card.id, open: true })} />
      </div>
      {form !== null ? <Common form={form} nodes={[card.id]} grouping={false} /> : <CostFacts costs={card} />}
      <div className="kw-inspector-more">
        <Fold title={inside} count={String(fold.nodes.length)}>
          <ul className="kw-fold-nodes">
            {fold.nodes.map((node) => (
              <li key={node} className="kw-ellipsis">{nameOf(node)}</li>
            ))}
          </ul>
        </Fold>
      </div>
    </>
  );
}
