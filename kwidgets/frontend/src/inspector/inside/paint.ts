// Numbers as colours and bars. The scales get brighter evenly, so that they can be told apart in grey and by people who see few colours.
import type { InsidePanel } from "../../shared/messages";

type Colour = readonly [number, number, number];

const RISING: readonly Colour[] = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
];
const SIGNED: readonly Colour[] = [[33, 102, 172], [146, 197, 222], [247, 247, 247], [253, 184, 99], [179, 88, 6]];
const INK: readonly Colour[] = [[255, 255, 255], [23, 26, 31]];
/** For what is no number: on none of the scales. */
const NOT_A_NUMBER: Colour = [200, 0, 120];
const LEVELS = 254;
const NO_LEVEL = 255;

export type Scale = "values" | "ink";

function pointsOf(low: number, scale: Scale): readonly Colour[] {
  return scale === "ink" ? INK : low < 0 ? SIGNED : RISING;
}

/** The colour of a share from 0 to 1 of a scale. */
export function colourAt(share: number, low: number, scale: Scale = "values"): Colour {
  const points = pointsOf(low, scale);
  const at = Math.min(Math.max(share, 0), 1) * (points.length - 1);
  const below = Math.min(Math.floor(at), points.length - 2);
  const part = at - below;
  const [first, second] = [points[below] ?? NOT_A_NUMBER, points[below + 1] ?? NOT_A_NUMBER];
  return [0, 1, 2].map((i) => Math.round((first[i] ?? 0) * (1 - part) + (second[i] ?? 0) * part)) as unknown as Colour;
}

const tables = new Map<string, Uint8ClampedArray>();

/** Red, green, blue and opacity of every level, which are computed once. */
function table(low: number, scale: Scale): Uint8ClampedArray {
  const name = `${scale} ${low < 0}`;
  const known = tables.get(name);
  if (known !== undefined) return known;
  const made = new Uint8ClampedArray(4 * 256);
  for (let level = 0; level < 256; level += 1) {
    const colour = level === NO_LEVEL ? NOT_A_NUMBER : colourAt(level / LEVELS, low, scale);
    made.set([...colour, 255], 4 * level);
  }
  tables.set(name, made);
  return made;
}

/** The pixels of a map, four bytes each. */
export function pixelsOf(panel: InsidePanel, levels: Uint8Array, scale: Scale = "values"): Uint8ClampedArray<ArrayBuffer> {
  const colours = table(panel.low, scale);
  const pixels = new Uint8ClampedArray(4 * panel.width * panel.height);
  for (let i = 0; i < panel.width * panel.height; i += 1) {
    const level = 4 * (levels[i] ?? NO_LEVEL);
    pixels.set(colours.subarray(level, level + 4), 4 * i);
  }
  return pixels;
}

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  negative: boolean;
}

/** Bars from the line of 0 in a picture of this size. */
export function barsOf(values: Float32Array, low: number, high: number, width: number, height: number): Bar[] {
  const bottom = Math.min(low, 0);
  const span = Math.max(high, 0) - bottom || 1;
  const zero = height * (1 + bottom / span);
  const step = width / Math.max(values.length, 1);
  return Array.from(values, (value, index) => {
    const size = (Math.abs(value) / span) * height;
    return { x: index * step, y: value < 0 ? zero : zero - size, width: Math.max(step * 0.88, 0.4), height: Math.max(size, 0.5), negative: value < 0 };
  });
}

export const bytesOf = (view: DataView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** The numbers of a buffer, which may begin anywhere in its memory. */
export function floatsOf(view: DataView): Float32Array {
  return Float32Array.from({ length: view.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true));
}
