// What is known of an array in figures, and how its classes or values are spread.
import type { ReactNode } from "react";
import { bytesText, countText, numberText } from "../../shared/figures";
import type { ArrayFacts, ClassCount } from "../../shared/messages";
import { words } from "../../shared/words";

/** Classes whose counts have room over their bars. */
const MOST_COUNTED = 12;
/** Least to most rows of a class from which they are called even. */
const EVEN = 0.8;

export function Figures({ facts }: { facts: ArrayFacts }) {
  const { shape, dtype, bytes, minimum, maximum, mean, missing, equal, classes } = facts;
  return (
    <>
      <dl className="kw-figures">
        <Figure name={words.data.shape}>{shape.map(countText).join(" × ") || "1"}</Figure>
        <Figure name={words.data.type}>{`${dtype}, ${bytesText(bytes)}`}</Figure>
        {classes !== null && <Figure name={words.data.classes}>{classesText(classes)}</Figure>}
        {classes === null && minimum !== null && <Figure name={words.data.range}>{`${numberText(minimum)} … ${numberText(maximum)}`}</Figure>}
        {classes === null && mean !== null && <Figure name={words.data.mean}>{numberText(mean)}</Figure>}
        {missing !== null && (
          <Figure name={words.data.missing} warns={missing > 0}>
            {missing === 0 ? words.data.none : countText(missing)}
          </Figure>
        )}
        {equal !== null && <Figure name={words.data.equalRows} warns={equal > 0}>{equal === 0 ? words.data.none : countText(equal)}</Figure>}
      </dl>
      {!facts.whole && <p className="kw-soft kw-second">{missing === null ? words.data.notRead : words.data.part}{facts.in_blocks && <> {words.data.readMeanwhile}</>}</p>}
    </>
  );
}

function classesText(classes: readonly ClassCount[]): string {
  const counts = classes.map(({ count }) => count);
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least >= EVEN * most ? words.data.even(classes.length) : words.data.uneven(classes.length, countText(least), countText(most));
}

function Figure({ name, warns = false, children }: { name: string; warns?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={warns ? "kw-figure-warns" : undefined}>{children}</dd>
    </div>
  );
}

export function ClassBars({ classes }: { classes: readonly ClassCount[] }) {
  const most = Math.max(1, ...classes.map(({ count }) => count));
  return (
    <ul className={classes.length <= MOST_COUNTED ? "kw-class-bars" : "kw-class-bars kw-class-many"}>
      {classes.map(({ name, count }) => (
        <li key={name} title={words.data.classOf(name, countText(count))}>
          <span className="kw-class-room">
            {classes.length <= MOST_COUNTED && <span>{countText(count)}</span>}
            <i style={{ height: `calc((100% - 16px) * ${count / most})` }} />
          </span>
          <span className="kw-class-name">{name}</span>
        </li>
      ))}
    </ul>
  );
}

/** How values lie between the least and the most. */
export function Histogram({ facts }: { facts: ArrayFacts }) {
  const { histogram, minimum, maximum } = facts;
  if (histogram === null) return null;
  const most = Math.max(1, ...histogram);
  const [low, high] = [numberText(minimum), numberText(maximum)];
  return (
    <div className="kw-histogram" role="img" aria-label={words.data.histogram(low, high)}>
      <div className="kw-histogram-bars">
        {histogram.map((count, index) => (
          <i key={index} style={{ height: `${(100 * count) / most}%` }} />
        ))}
      </div>
      <div className="kw-histogram-ends">
        <span>{low}</span>
        <span>{high}</span>
      </div>
    </div>
  );
}
