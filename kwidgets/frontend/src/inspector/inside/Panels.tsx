// Pictures of arrays: tiles of channels on one scale, maps, bars and histograms.
import { memo, useEffect, useMemo, useRef } from "react";
import { numberText } from "../../shared/figures";
import type { InsidePanel } from "../../shared/messages";
import { words } from "../../shared/words";
import { barsOf, bytesOf, colourAt, floatsOf, pixelsOf, type Scale } from "./paint";

const WIDTH = 264;
const HEIGHT = 56;

export interface Pictured {
  panel: InsidePanel;
  bytes: DataView;
}

export const picturesOf = (panels: readonly InsidePanel[], buffers: readonly DataView[]): Pictured[] =>
  panels.flatMap((panel, index) => {
    const bytes = buffers[index];
    return bytes === undefined ? [] : [{ panel, bytes }];
  });

/** Not much wider than high, nor the other way round, so that two have room beside each other. */
const isCompact = ({ panel }: Pictured): boolean => panel.kind === "map" && panel.width <= 2 * panel.height && panel.height <= 2 * panel.width;

interface PanelsProps {
  pictures: readonly Pictured[];
  /** Shows a channel alone; without it tiles are no buttons. */
  choose?: (channel: number) => void;
  /** Have maps stand beside each other, where they are to be compared. */
  beside?: boolean;
}

/** Channels as tiles, and everything else below each other. */
export function Panels({ pictures, choose, beside = false }: PanelsProps) {
  const channels = pictures.filter(({ panel }) => panel.channel !== null);
  const others = pictures.filter(({ panel }) => panel.channel === null);
  const [only] = channels;
  return (
    <>
      {channels.length > 1 && <Tiles pictures={channels} choose={choose} />}
      {channels.length === 1 && only !== undefined && <Large picture={only} />}
      {only !== undefined && <ScaleBar low={only.panel.low} high={only.panel.high} />}
      {others.length > 0 && (
        <div className={beside && others.length > 1 && others.every(isCompact) ? "kw-inside-pair" : "kw-stack"}>
          {others.map((picture, index) => <Large key={index} picture={picture} />)}
        </div>
      )}
    </>
  );
}

function Tiles({ pictures, choose }: { pictures: readonly Pictured[]; choose?: ((channel: number) => void) | undefined }) {
  return (
    <ul className="kw-tiles" aria-label={words.inside.channels}>
      {pictures.map(({ panel, bytes }) => (
        <li key={panel.channel}>
          {choose === undefined ? (
            <span className="kw-tile" title={words.inside.channel(panel.title)}><MapOf panel={panel} bytes={bytes} /></span>
          ) : (
            <button type="button" className="kw-tile" title={words.inside.channel(panel.title)} aria-label={words.inside.channel(panel.title)} onClick={() => choose(panel.channel ?? 0)}>
              <MapOf panel={panel} bytes={bytes} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Large({ picture: { panel, bytes } }: { picture: Pictured }) {
  return (
    <figure className="kw-inside-large">
      <figcaption className="kw-row kw-second kw-soft"><span className="kw-grow kw-ellipsis" title={panel.title}>{panel.title}</span><span>{[panel.note, panel.kind === "bars" ? words.inside.span(numberText(panel.low), numberText(panel.high)) : ""].filter(Boolean).join(" · ")}</span></figcaption>
      {panel.kind === "map" ? <MapOf panel={panel} bytes={bytes} /> : <Bars panel={panel} bytes={bytes} />}
      {panel.kind === "map" && panel.channel === null && <ScaleBar low={panel.low} high={panel.high} />}
      {panel.kind === "histogram" && <Ends low={panel.low} high={panel.high} />}
    </figure>
  );
}

export const MapOf = memo(function MapOf({ panel, bytes, scale = "values" }: Pictured & { scale?: Scale }) {
  const place = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = pixelsOf(panel, bytesOf(bytes), scale);
    if (panel.width > 0 && panel.height > 0) place.current?.getContext("2d")?.putImageData(new ImageData(pixels, panel.width, panel.height), 0, 0);
  }, [panel, bytes, scale]);
  return <canvas ref={place} className="kw-inside-map" width={panel.width} height={panel.height} role="img" aria-label={words.inside.picture(panel.title)} style={{ aspectRatio: `${panel.width} / ${Math.max(panel.height, 1)}` }} />;
});

function Bars({ panel, bytes }: Pictured) {
  const bars = useMemo(() => {
    const values = floatsOf(bytes);
    const histogram = panel.kind === "histogram";
    const high = histogram ? values.reduce((most, value) => Math.max(most, value), 0) : panel.high;
    return barsOf(values, histogram ? 0 : panel.low, high, WIDTH, HEIGHT);
  }, [panel, bytes]);
  return (
    <svg className="kw-inside-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.inside.picture(panel.title)}>
      {bars.map((bar, index) => <rect key={index} x={bar.x} y={bar.y} width={bar.width} height={bar.height} className={bar.negative ? "kw-bar-negative" : undefined} />)}
    </svg>
  );
}

function Ends({ low, high }: { low: number; high: number }) {
  return <p className="kw-row kw-least kw-soft"><span className="kw-grow">{numberText(low)}</span><span>{numberText(high)}</span></p>;
}

const STOPS = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];

export function ScaleBar({ low, high }: { low: number; high: number }) {
  const colours = STOPS.map((share) => `rgb(${colourAt(share, low).join(" ")})`).join(", ");
  return (
    <div className="kw-scale kw-row kw-least kw-soft">
      <span>{numberText(low)}</span>
      <span className="kw-scale-bar" style={{ background: `linear-gradient(to right, ${colours})` }} role="img" aria-label={words.inside.scale(numberText(low), numberText(high))} />
      <span>{numberText(high)}</span>
    </div>
  );
}
