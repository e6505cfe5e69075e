// While the search box is open: what Enter would add, where, and with which settings.
import { choiceText } from "../form/values";
import { useBuilder } from "../frame/BuilderContext";
import { fieldText, shapeText } from "../shared/figures";
import { useGraph } from "../shared/context";
import { Glyph } from "../shared/Icon";
import type { SearchRow } from "../shared/messages";
import { words } from "../shared/words";
import { Fact, Facts } from "./Facts";
import { offeredPlace } from "./offeredPlace";

export function OfferPage({ row }: { row: SearchRow }) {
  const graph = useGraph();
  const { search } = useBuilder();
  const { willBeAdded, place, keys, gives, settingLabel } = words.inspector.offer;
  const { after, before } = offeredPlace(graph, search);
  const settings = Object.entries(row.settings);
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
        <p>{keys(before !== null)}</p>
      </div>
      <Facts>
        {settings.map(([name, value]) => (
          <Fact key={name} label={settingLabel(name)} value={Array.isArray(value) ? fieldText(value) : choiceText(value)} />
        ))}
        {row.shape !== null && <Fact label={gives} value={shapeText(row.shape)} />}
      </Facts>
    </>
  );
}
