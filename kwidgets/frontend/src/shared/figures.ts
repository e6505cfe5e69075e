// How numbers and shapes are written for people.
import type { Json, Shape } from "./messages";

export type Shapes = Shape | readonly Shape[] | null | undefined;

const several = (shape: Shape | readonly Shape[]): shape is readonly Shape[] => shape.length > 0 && Array.isArray(shape[0]);
const size = (one: number | null): string => (one === null ? "?" : String(one));

/** The shape of one sample as people say it: 8×8×32. A free size is a question mark. */
export function shapeText(shape: Shapes): string {
  if (shape === null || shape === undefined) return "–";
  if (several(shape)) return shape.map(shapeText).join(", ");
  return shape.length <= 1 ? "1" : shape.slice(1).map(size).join("×");
}

/** The whole shape with the batch, as code has it: (None, 8, 8, 32). */
export function wholeShapeText(shape: Shapes): string {
  if (shape === null || shape === undefined) return "–";
  if (several(shape)) return shape.map(wholeShapeText).join(", ");
  const sizes = shape.map((one) => (one === null ? "None" : String(one)));
  return `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
}

export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let rest = value;
  let unit = 0;
  while (rest >= step && unit < units.length - 1) {
    rest /= step;
    unit += 1;
  }
  const text = unit === 0 || rest >= 100 ? String(Math.round(rest)) : String(Number(rest.toPrecision(rest < 10 ? 2 : 3)));
  return `${text} ${units[unit]}`.trim();
}

/** Short counts: 38,282, 25.6 M. */
export function shortCountText(count: number): string {
  return count < 1e6 ? countText(count) : scaled(count, 1000, ["", "k", "M", "G"]);
}

export function bytesText(bytes: number): string {
  return scaled(bytes, 1024, ["B", "KB", "MB", "GB", "TB"]);
}

/** Room on a disk, whose makers count in thousands; so do quotas. */
export function diskText(bytes: number): string {
  return scaled(bytes, 1000, ["B", "KB", "MB", "GB", "TB"]);
}

/** Floating point operations. */
export function workText(work: number): string {
  return scaled(work, 1000, ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"]);
}

export function durationText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds > 0 && seconds < 0.1) return "< 0.1 s";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time that is only expected. */
export function aboutText(seconds: number): string {
  return seconds < 0.1 ? "less than 0.1 s" : `about ${durationText(seconds)}`;
}

/** Time on a clock that does not jump: 0:12, 1:02:33. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A moment, in seconds since 1970, as a watch shows it; of another day with its date. */
export function timeText(seconds: number, now: Date = new Date()): string {
  const then = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
  if (then.toDateString() === now.toDateString()) return `${time}:${two(then.getSeconds())}`;
  const year = then.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return `${then.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year })}, ${time}`;
}

export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

export function shareText(share: number): string {
  const percent = 100 * share;
  return `${percent > 0 && percent < 10 ? Number(percent.toPrecision(2)) : Math.round(percent)} %`;
}

/** A setting as it stands in its field: lists of sizes as 3 × 3. */
export function fieldText(value: Json): string {
  if (value === null) return "";
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => (item === null ? "None" : fieldText(item)));
    return items.join(value.every((item: Json) => typeof item === "number") ? " × " : ", ");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
