// What a typed text means as a setting. What cannot be read goes to Python as it is, which says what is wrong with it.
import type { Control, Json } from "../shared/state";

export function fromText(text: string, control: Control): Json {
  const trimmed = text.trim();
  if (trimmed === "" && control.optional === true) return null;
  if (control.kind === "integer" || control.kind === "number") {
    const value = Number(trimmed);
    return trimmed === "" || Number.isNaN(value) ? text : value;
  }
  if (control.kind === "integers") {
    const parts = trimmed.replace(/[()[\]]/g, "").split(/[\s,]+/).filter((part) => part !== "");
    const values = parts.map((part) => (part === "None" ? null : Number(part)));
    if (values.length === 0 || values.some((value) => Number.isNaN(value))) return text;
    return values;
  }
  return text;
}
