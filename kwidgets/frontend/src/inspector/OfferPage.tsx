// While the search box is open: what Enter would add, where, with which settings, and what would change of the rest.
import { type Offered, useBuilder } from "../frame/BuilderContext";
import { shapeText } from "../shared/figures";
import { useGraph } from "../shared/context";
import { Glyph } from "../shared/Icon";
import { words } from "../shared/words";
import { Brings } from "./Brings";
import { Fact, Facts } from "./Facts";
import { offeredPlace } from "./offeredPlace";
import { OfferSettings } from "./OfferSettings";

export function OfferPage({ offered }: { offered: Offered }) {
  const { row, brings } = offered;
  const graph = useGraph();
  const { search } = useBuilder();
  const { willBeAdded, place, keys, gives } = words.inspector.offer;
  const { after, before } = offeredPlace(graph, search);
  const layer = brings?.layer ?? null;
  const shape = layer?.shape ?? row.shape;
  const fields = layer?.fields ?? [];
  return (
    <>
      <div className="kw-inspector-head">
        <Glyph family={row.family} />
        <h3 className="kw-ellipsis">{row.title}</h3>
        <span className="kw-soft">{willBeAdded}</span>
      </div>
      <div className="kw-box">
        <p className="kw-strong">{place(after, before)}</p>
        {row.change !== null && <p>{row.change}</p>}
        <p>{keys(before !== null, fields.length > 0)}</p>
      </div>
      {fields.length > 0 && <OfferSettings offered={offered} fields={fields} />}
      {shape !== null && <Facts><Fact label={gives} value={shapeText(shape)} /></Facts>}
      {row.unused.length > 0 && <div className="kw-box kw-box-warn">{words.palette.unused(row.unused)}</div>}
      {brings !== null && <Brings brings={brings} title={words.palette.brings.below} />}
    </>
  );
}
