// How numbers and shapes are written for people.
import type { Json, Shape } from "./state";

export function shapeText(shape: Shape | undefined): string {
  if (shape === null || shape === undefined) return "?";
  if (shape.length > 0 && Array.isArray(shape[0])) return (shape as readonly Shape[]).map(shapeText).join(", ");
  const sizes = (shape as readonly (number | null)[]).map((size) => (size === null ? "None" : String(size)));
  return `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
}

export function countText(count: number | null | undefined): string {
  return count === null || count === undefined ? "?" : count.toLocaleString("en-US");
}

export function bytesText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function durationText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(2);
  return String(Number(value.toPrecision(4)));
}

/** A setting as it stands in its field. */
export function fieldText(value: Json): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map((item) => fieldText(item as Json) || "None").join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
