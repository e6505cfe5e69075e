// What a command would change of the other layers: what would be wrong, what is still needed, shapes and parameters.
import { type Figures, figuresOf, modelFigures } from "../search/consequences";
import { shapeText } from "../shared/figures";
import type { Consequences } from "../shared/messages";
import { words } from "../shared/words";

interface Props {
  brings: Consequences;
  /** What stands before the layers that change. */
  title: string;
  /** The sentence of the problem for which it is asked: that this one would be mended need not be said. */
  problem?: string;
}

export function Brings({ brings, title, problem }: Props) {
  const say = words.palette.brings;
  const model = modelFigures(brings);
  const vanish = brings.vanish.filter((sentence) => sentence !== problem);
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
      {vanish.length > 0 && (
        <div className="kw-box">
          <h4>{say.wouldBeMended}</h4>
          {vanish.map((sentence) => <p key={sentence}>{sentence}</p>)}
        </div>
      )}
      {brings.changed.length > 0 && (
        <div className="kw-box">
          {title}{" "}
          {brings.changed.map((change, at) => (
            <span key={change.title}>
              {at > 0 && ", "}
              {change.title} {figuresOf(change).map((figures, index) => <span key={index}>{index > 0 && ", "}<BeforeAfter figures={figures} /></span>)}
            </span>
          ))}
          {brings.more > 0 && `, ${say.more(brings.more)}`}.
        </div>
      )}
      {brings.begin.length > 0 && (
        <div className="kw-box">
          {say.begin}{" "}
          {brings.begin.map((layer, at) => (
            <span key={layer.title}>
              {at > 0 && ", "}
              {layer.title} <span className="kw-brings-figure">{shapeText(layer.shape)}</span>
            </span>
          ))}
          {brings.begin_more > 0 && `, ${say.more(brings.begin_more)}`}.
        </div>
      )}
      {model !== null && <p className="kw-soft kw-second">{say.model} <BeforeAfter figures={model} /></p>}
      {brings.changed.length + brings.appear.length + brings.needs.length + brings.begin.length === 0 && <p className="kw-soft kw-second">{say.nothing}</p>}
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
