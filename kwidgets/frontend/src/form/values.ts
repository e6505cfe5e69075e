// What a typed text means as a setting. What cannot be read goes to Python as it is, which says what is wrong with it.
import type { Control, Json } from "../shared/messages";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const TIMES = /^[x×*]$/i;
/** Numbers, None, and the signs that stand between sizes. */
const PARTS = /[+-]?\d+(?:\.\d+)?|none|[x×*,()[\]]/giy;

/**
 * The value that `text` stands for in this control.
 *
 * before: the value that holds or the default; a text field whose value is a list ("1 × 1, 0 × 2") reads lists.
 */
export function fromText(text: string, control: Control, before: Json = null): Json {
  const trimmed = text.trim();
  if (control.optional === true && (trimmed === "" || trimmed.toLowerCase() === "none")) return null;
  if (control.kind === "integer" || control.kind === "number") return NUMBER.test(trimmed) ? Number(trimmed) : text;
  if (control.kind === "texts") return texts(trimmed);
  if (control.kind === "integers") return sizes(trimmed, control.length ?? null) ?? text;
  if (Array.isArray(before)) return sizes(trimmed, before.length) ?? text;
  return text;
}

/** Texts with commas or ends of lines between them; a list in JSON's form may hold commas too. */
function texts(text: string): readonly string[] {
  if (text.startsWith("[")) {
    try {
      return (JSON.parse(text) as readonly Json[]).map(String);
    } catch {
      // It is read as texts that begin with a bracket.
    }
  }
  return text.split(/[,\n]/).map((one) => one.trim()).filter((one) => one !== "");
}

/**
 * Sizes as people write them: "3, 3", "(3, 3)", "3x3", "3 × 3", "None, 5", "1 × 1, 0 × 2"; null where it is none of these.
 *
 * One number alone stays a number where several are wanted: the layer takes it for every axis.
 */
function sizes(text: string, length: number | null): Json | null {
  const read = items(tokens(text));
  if (read === null || read.length === 0) return null;
  const only = read[0] ?? null;
  if (read.length > 1) return read;
  if (Array.isArray(only)) return only as readonly Json[];
  return length !== null && length > 1 ? only : read;
}

function tokens(text: string): string[] | null {
  const found: string[] = [];
  const spaced = text.replace(/(\d|none)\s+(?=[+-]?\d|none)/gi, "$1,").replace(/\s+/g, "");
  PARTS.lastIndex = 0;
  while (PARTS.lastIndex < spaced.length) {
    const match = PARTS.exec(spaced);
    if (match === null) return null;
    found.push(match[0]);
  }
  return found;
}

/** Items between commas; sizes joined by × make one item of their own. Takes from the front of `rest`. */
function items(rest: string[] | null, closing: string | null = null): Json[] | null {
  if (rest === null) return null;
  const found: Json[] = [];
  for (;;) {
    if (rest.length === 0) return closing === null ? found : null;
    if (rest[0] === closing) {
      rest.shift();
      return found;
    }
    const next = item(rest);
    if (next === undefined) return null;
    found.push(next);
    if (rest[0] === ",") rest.shift();
    else if (rest.length > 0 && rest[0] !== closing) return null;
  }
}

function item(rest: string[]): Json | undefined {
  const joined: Json[] = [];
  do {
    if (joined.length > 0) rest.shift();
    const next = rest.shift();
    if (next === undefined) return undefined;
    const one = next === "(" || next === "[" ? items(rest, next === "(" ? ")" : "]") : size(next);
    if (one === null || one === undefined) return undefined;
    joined.push(one === NOTHING ? null : one);
  } while (rest[0] !== undefined && TIMES.test(rest[0]));
  return joined.length === 1 ? joined[0] : joined;
}

const NOTHING = "none";

/** A number, NOTHING for "None", undefined for a sign. */
function size(token: string): Json | undefined {
  if (token.toLowerCase() === NOTHING) return NOTHING;
  return NUMBER.test(token) ? Number(token) : undefined;
}

/** A value that a choice does not list, in short: "L1L2 (l1 0.01, l2 0)" for an object of a class with its settings. */
export function choiceText(value: Json): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return String(value);
  const { class_name, config } = value as { readonly [key: string]: Json };
  if (typeof class_name !== "string") return JSON.stringify(value);
  const settings = Object.entries(config ?? {}).map(([name, item]) => `${name} ${String(item)}`);
  return settings.length === 0 ? class_name : `${class_name} (${settings.join(", ")})`;
}
