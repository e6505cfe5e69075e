// Samples of an array as numbers and points, ready to be drawn. Anything else than expected is left out.
import type { Json } from "../../shared/messages";

export type Row = readonly (number | null)[];

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const number = (value: Json): number | null => (typeof value === "number" ? value : null);

/** Samples that are lists of numbers. */
export function rowsOf(samples: readonly Json[]): Row[] {
  return samples.filter(isList).map((row) => row.map(number));
}

/** Samples that are words. */
export function wordsOf(samples: readonly Json[]): string[] {
  return samples.map(String);
}

export interface Picture {
  width: number;
  height: number;
  /** Red, green, blue, opacity of each pixel. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Drawn with ink on paper: only the opacity counts, and the colour is that of the text. */
  isInk: boolean;
}

/** Mean from which a picture without colours is no writing on an empty ground. */
const PAPER = 110;

/** A sample of (height, width, 1 or 3) numbers from 0 to 255; null for anything else. */
export function pictureOf(sample: Json | undefined): Picture | null {
  if (!isList(sample) || !isList(sample[0]) || !isList(sample[0][0])) return null;
  const height = sample.length;
  const width = sample[0].length;
  const values = sample.flatMap((row) => (isList(row) ? row.map((pixel) => (isList(pixel) ? pixel.map((value) => number(value) ?? 0) : [0])) : []));
  if (values.length !== width * height) return null;
  const isGray = values.every((pixel) => pixel.length === 1);
  const isInk = isGray && values.reduce((sum, [value = 0]) => sum + value, 0) / values.length < PAPER;
  const pixels = new Uint8ClampedArray(4 * values.length);
  values.forEach(([red = 0, green = red, blue = red], index) => pixels.set(isInk ? [0, 0, 0, red] : [red, green, blue, 255], 4 * index));
  return { width, height, pixels, isInk };
}

/** Curves of a series, one a feature: points "x,y x,y" in a box of this size; gaps where a number is missing. */
export function curvesOf(sample: Json | undefined, low: number, high: number, width: number, height: number): string[][] {
  if (!isList(sample)) return [];
  const steps = rowsOf(sample);
  const features = Math.max(0, ...steps.map((step) => step.length));
  const x = (index: number) => (steps.length < 2 ? width / 2 : (index * width) / (steps.length - 1));
  const y = (value: number) => (high > low ? height - ((value - low) / (high - low)) * height : height / 2);
  return Array.from({ length: features }, (_, feature) => {
    const pieces: string[][] = [[]];
    steps.forEach((step, index) => {
      const value = step[feature] ?? null;
      if (value === null) pieces.push([]);
      else pieces.at(-1)?.push(`${x(index).toFixed(1)},${y(value).toFixed(1)}`);
    });
    return pieces.filter((piece) => piece.length > 0).map((piece) => piece.join(" "));
  });
}

/** Bars of a row as [from, to] in a box of this height, from the line of zero. */
export function barsOf(row: Row, low: number, high: number, height: number): [top: number, size: number][] {
  const least = Math.min(0, low);
  const most = Math.max(0, high);
  const y = (value: number) => (most > least ? height - ((value - least) / (most - least)) * height : height);
  return row.map((value) => {
    if (value === null) return [y(0), 0];
    const top = Math.min(y(value), y(0));
    return [top, Math.max(y(value), y(0)) - top];
  });
}

/** Pieces of a sound as [from, to] in a box of this height, zero in its middle. */
export function waveOf(sample: Json | undefined, low: number, high: number, height: number): [top: number, size: number][] {
  if (!isList(sample)) return [];
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const y = (value: number) => (height / 2) * (1 - value / most);
  return rowsOf(sample).map(([least, largest]) => [y(largest ?? 0), y(least ?? 0) - y(largest ?? 0)]);
}
