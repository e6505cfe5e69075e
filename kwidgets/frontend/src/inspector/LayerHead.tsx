// The head of a card's page: sign, class, name to edit, all actions.
import { useEffect, useRef, useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { shapeText, fieldText } from "../shared/figures";
import { Glyph } from "../shared/Icon";
import { useShared } from "../shared/context";
import type { Card } from "../shared/messages";
import { words } from "../shared/words";
import { BlockForm, CardMenu } from "./CardMenu";
import { useInspector, useLocked } from "./InspectorContext";
import { NameEditor } from "./NameEditor";

export function LayerHead({ card, sheet, parameters }: { card: Card; sheet: boolean; parameters: number }) {
  const [naming, setNaming] = useState(false);
  const { savingBlock, saveBlock } = useBuilder();
  const awaited = useRef<string | null>(null);
  const { rename } = useInspector();
  const locked = useLocked();
  useRenameKey(() => setNaming(true));
  const oneLayer = !card.id.startsWith("fold:");
  return (
    <>
      <div className="kw-inspector-head">
        <Glyph family={card.family} />
        <div className="kw-inspector-names">
          <h3 className="kw-ellipsis" title={card.title}>{card.title}</h3>
          {oneLayer && (
            <NameEditor
              key={card.layer} name={card.layer} of={`head ${card.id}`} label={words.inspector.nameLabel(card.title)} disabled={locked} awaited={awaited}
              editing={naming} setEditing={setNaming} send={(name) => rename(card, fieldText(name))}
            />
          )}
          {sheet && <span className="kw-soft kw-sheet-shape">· {shapeText(card.shape)}</span>}
        </div>
        {sheet && <span className="kw-soft kw-sheet-parameters">{words.inspector.sheet.parameters(parameters)}</span>}
        <CardMenu rename={oneLayer && !locked ? () => setNaming(true) : undefined} />
      </div>
      {savingBlock && <BlockForm nodes={[card.id]} start={words.inspector.block.start(card.layer)} close={() => saveBlock(false)} />}
    </>
  );
}

/** F2 renames the chosen card wherever the focus is, but for the outline, whose rows are renamed in their place. */
function useRenameKey(begin: () => void): void {
  const { root } = useShared();
  const latest = useRef(begin);
  useEffect(() => {
    latest.current = begin;
  });
  useEffect(() => {
    const element = root();
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "F2" || event.defaultPrevented || (event.target as HTMLElement).closest("[role=tree]") !== null) return;
      event.preventDefault();
      latest.current();
    };
    element?.addEventListener("keydown", pressed);
    return () => element?.removeEventListener("keydown", pressed);
  }, [root]);
}
