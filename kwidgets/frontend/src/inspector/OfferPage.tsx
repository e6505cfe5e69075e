// While the search box is open: what Enter would add, where, with which settings, and what would change of the rest.
import { type Offered, useBuilder } from "../frame/BuilderContext";
import { type Figures, figuresOf, modelFigures } from "../search/consequences";
import { shapeText } from "../shared/figures";
import { useGraph } from "../shared/context";
import { Glyph } from "../shared/Icon";
import type { Consequences } from "../shared/messages";
import { words } from "../shared/words";
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
      {brings !== null && <Brings brings={brings} />}
    </>
  );
}

/** What would become of the other layers. */
function Brings({ brings }: { brings: Consequences }) {
  const say = words.palette.brings;
  const model = modelFigures(brings);
  if (brings.impossible !== null) return <div className="kw-box kw-box-wrong" data-testid="kw-brings">{brings.impossible}</div>;
  return (
    <div className="kw-stack" data-testid="kw-brings">
      {brings.appear.length > 0 && (
        <div className="kw-box kw-box-wrong">
          <h4>{say.wouldBeWrong}</h4>
          {brings.appear.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </div>
      )}
      {brings.needs.length > 0 && (
        <div className={`kw-box ${brings.waiting > 0 ? "kw-box-warn" : ""}`}>
          <h4>{say.stillNeeded}</h4>
          {brings.needs.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </div>
      )}
      {brings.waiting > 0 && <p className="kw-second">{say.waiting(brings.waiting)}</p>}
      {brings.vanish.length > 0 && (
        <div className="kw-box">
          <h4>{say.wouldBeMended}</h4>
          {brings.vanish.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </div>
      )}
      {brings.changed.length > 0 && (
        <div className="kw-box">
          {say.below}{" "}
          {brings.changed.map((change, at) => (
            <span key={change.title}>
              {at > 0 && ", "}
              {change.title} {figuresOf(change).map((figures, index) => <span key={index}>{index > 0 && ", "}<BeforeAfter figures={figures} /></span>)}
            </span>
          ))}
          {brings.more > 0 && `, ${say.more(brings.more)}`}.
        </div>
      )}
      {model !== null && <p className="kw-soft kw-second">{say.model} <BeforeAfter figures={model} /></p>}
      {brings.changed.length + brings.appear.length + brings.needs.length === 0 && <p className="kw-soft kw-second">{say.nothing}</p>}
    </div>
  );
}

function BeforeAfter({ figures: { before, after, unit } }: { figures: Figures }) {
  return (
    <>
      <span className="kw-brings-figure">{before}</span> → <span className="kw-brings-figure">{after}</span>{unit !== "" && ` ${unit}`}
    </>
  );
}
