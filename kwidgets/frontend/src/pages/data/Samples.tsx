// Up to 16 samples drawn as what they are.
import { useMemo } from "react";
import { numberText } from "../../shared/figures";
import type { ArrayFacts, Json } from "../../shared/messages";
import { words } from "../../shared/words";
import { barsOf, curvesOf, type Picture, pictureOf, rowsOf, waveOf, wordsOf } from "./sampleShapes";

const SCALE = 4;
const WIDTH = 92;
const HEIGHT = 40;
/** Wider rows are drawn as bars. */
const MOST_COLUMNS = 8;
const MOST_ROWS = 8;
/** Numbers of words say nothing as bars. */
const OF_WORDS = /int(16|32|64)/;

/** labels: the class of each sample, where the target says it for the same rows. */
export function Samples({ facts, labels }: { facts: ArrayFacts; labels: readonly string[] | null }) {
  if (facts.samples.length === 0) return null;
  switch (facts.kind) {
    case "pictures":
      return <Pictures facts={facts} labels={labels} />;
    case "series":
      return <Drawn facts={facts} labels={labels} draw={(sample) => <Curves sample={sample} low={facts.minimum ?? 0} high={facts.maximum ?? 0} />} />;
    case "wave":
      return <Drawn facts={facts} labels={labels} draw={(sample) => <Wave sample={sample} low={facts.minimum ?? -1} high={facts.maximum ?? 1} />} />;
    case "text":
      return <Lines lines={wordsOf(facts.samples)} />;
    case "classes":
      return null;
    case "numbers":
      return <Numbers facts={facts} labels={labels} />;
  }
}

/** One sample, as the page of the data draws it. index: its place among those of the facts. */
export function OneSample({ facts, index, label }: { facts: ArrayFacts; index: number; label: string }) {
  const sample = facts.samples[index];
  if (sample === undefined) return null;
  switch (facts.kind) {
    case "pictures":
      return <PictureOf sample={sample} label={label} />;
    case "series":
      return <Curves sample={sample} low={facts.minimum ?? 0} high={facts.maximum ?? 0} />;
    case "wave":
      return <Wave sample={sample} low={facts.minimum ?? -1} high={facts.maximum ?? 1} />;
    case "text":
    case "classes":
      return <Line text={wordsOf([sample])[0] ?? ""} />;
    case "numbers":
      return <OneRow facts={facts} sample={sample} />;
  }
}

function Line({ text }: { text: string }) {
  return <span className="kw-mono kw-sample-line" title={text}>{text}</span>;
}

function OneRow({ facts, sample }: { facts: ArrayFacts; sample: Json }) {
  const row = rowsOf([sample])[0] ?? [];
  if (row.length <= MOST_COLUMNS || OF_WORDS.test(facts.dtype)) return <Line text={row.map(numberText).join(" ")} />;
  return <Bars row={row} low={facts.minimum ?? 0} high={facts.maximum ?? 0} />;
}

function Numbers({ facts, labels }: { facts: ArrayFacts; labels: readonly string[] | null }) {
  const rows = rowsOf(facts.samples);
  const columns = rows[0]?.length ?? 0;
  if (columns <= 1) return null;
  if (columns <= MOST_COLUMNS) return <Table rows={rows} numbers={facts.rows} />;
  if (OF_WORDS.test(facts.dtype)) return <Lines lines={rows.map((row) => row.map(numberText).join(" "))} />;
  return <Drawn facts={facts} labels={labels} draw={(sample) => <Bars row={rowsOf([sample])[0] ?? []} low={facts.minimum ?? 0} high={facts.maximum ?? 0} />} />;
}

const caption = (row: number, label: string | undefined): string => (label === undefined ? words.data.sample(row) : words.data.sampleOf(row, label));

function Pictures({ facts, labels }: { facts: ArrayFacts; labels: readonly string[] | null }) {
  return (
    <ul className="kw-samples kw-pictures">
      {facts.samples.map((sample, index) => (
        <li key={index} title={caption(facts.rows[index] ?? 0, labels?.[index])}>
          <PictureOf sample={sample} label={caption(facts.rows[index] ?? 0, labels?.[index])} />
          {labels !== null && <span className="kw-sample-label kw-ellipsis">{labels[index]}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Ink takes the colour of the text, so that it is right in both themes. */
export function PictureOf({ sample, label }: { sample: Json; label: string }) {
  const drawn = useMemo(() => {
    const picture = pictureOf(sample);
    return picture === null ? null : { url: urlOf(picture), ...picture };
  }, [sample]);
  if (drawn === null) return null;
  const mask = `url(${drawn.url})`;
  return (
    <span className="kw-picture" role="img" aria-label={label} style={{ aspectRatio: `${drawn.width} / ${drawn.height}` }}>
      {drawn.isInk ? <span className="kw-picture-ink" style={{ maskImage: mask, WebkitMaskImage: mask }} /> : <img className="kw-picture-colours" src={drawn.url} alt="" />}
    </span>
  );
}

/** The picture with whole pixels, large enough for screens with many. */
function urlOf({ width, height, pixels }: Picture): string {
  const small = document.createElement("canvas");
  small.width = width;
  small.height = height;
  small.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const large = document.createElement("canvas");
  large.width = SCALE * width;
  large.height = SCALE * height;
  const context = large.getContext("2d");
  if (context === null) return "";
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, large.width, large.height);
  return large.toDataURL();
}

function Drawn({ facts, labels, draw }: { facts: ArrayFacts; labels: readonly string[] | null; draw: (sample: Json) => React.ReactNode }) {
  return (
    <ul className="kw-samples kw-drawn">
      {facts.samples.map((sample, index) => (
        <li key={index} title={caption(facts.rows[index] ?? 0, labels?.[index])}>
          {draw(sample)}
          {labels !== null && <span className="kw-sample-label kw-ellipsis">{labels[index]}</span>}
        </li>
      ))}
    </ul>
  );
}

function Curves({ sample, low, high }: { sample: Json; low: number; high: number }) {
  const curves = curvesOf(sample, low, high, WIDTH - 4, HEIGHT - 4);
  return (
    <svg className="kw-curve-sample" viewBox={`-2 -2 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {curves.map((pieces, feature) => pieces.map((points, index) => <polyline key={`${feature}-${index}`} className={`kw-feature-${feature}`} points={points} />))}
    </svg>
  );
}

/** From the least to the most of each piece, around zero in the middle. */
function Wave({ sample, low, high }: { sample: Json; low: number; high: number }) {
  const pieces = waveOf(sample, low, high, HEIGHT);
  const step = WIDTH / Math.max(pieces.length, 1);
  return (
    <svg className="kw-bar-sample" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {pieces.map(([top, size], index) => (
        <rect key={index} x={index * step} y={top} width={step * 0.9} height={Math.max(size, 0.5)} />
      ))}
    </svg>
  );
}

function Bars({ row, low, high }: { row: readonly (number | null)[]; low: number; high: number }) {
  const step = WIDTH / Math.max(row.length, 1);
  return (
    <svg className="kw-bar-sample" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {barsOf(row, low, high, HEIGHT).map(([top, size], index) => (
        <rect key={index} x={index * step} y={top} width={step * 0.8} height={Math.max(size, 0.5)} />
      ))}
    </svg>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ol className="kw-text-samples">
      {lines.slice(0, MOST_ROWS).map((line, index) => (
        <li key={index} className="kw-mono kw-ellipsis" title={line}>
          {line}
        </li>
      ))}
    </ol>
  );
}

function Table({ rows, numbers }: { rows: readonly (readonly (number | null)[])[]; numbers: readonly number[] }) {
  return (
    <table className="kw-table kw-sample-table">
      <thead>
        <tr>
          <th scope="col">{words.data.row}</th>
          {rows[0]?.map((_, column) => (
            <th key={column} scope="col" aria-label={words.data.column(column)}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, MOST_ROWS).map((row, index) => (
          <tr key={index}>
            <th scope="row">{numbers[index]}</th>
            {row.map((value, column) => (
              <td key={column}>{numberText(value)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
