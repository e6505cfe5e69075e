// Which lines of a text belong to which layer. Lines are counted from 1, both ends belong to it.
import type { Format } from "./tokens";

export interface Block {
  layer: string;
  from: number;
  to: number;
}

const NAMES: Record<Format, RegExp> = {
  yaml: /^[\s-]*name: ["']?([^"'\s]+)["']?\s*$/,
  json: /^\s*"name": "([^"]+)",?\s*$/,
  python: /\bname="([^"]+)"/,
};

const indent = (line: string): number => line.length - line.trimStart().length;
// Where a layer begins in a list of layers.
const opens: Record<Format, (line: string) => boolean> = {
  yaml: (line) => line.trimStart().startsWith("- "),
  json: (line) => line.trim() === "{",
  python: () => true,
};

/** The block of every layer of `layers` that is named in the text; a layer that is named twice has its first. */
export function blocksOf(text: string, format: Format, layers: ReadonlySet<string>): Block[] {
  const lines = text.split("\n");
  const found = new Map<string, Block>();
  lines.forEach((line, index) => {
    const layer = NAMES[format].exec(line)?.[1];
    if (layer === undefined || !layers.has(layer) || found.has(layer)) return;
    const from = format === "python" ? statement(lines, index) : item(lines, index, opens[format]);
    if (from !== null) found.set(layer, { layer, from: from + 1, to: end(lines, from, format) });
  });
  return [...found.values()];
}

/** The list item around a line: the nearest one above that is indented less, or the line itself. */
function item(lines: readonly string[], index: number, isStart: (line: string) => boolean): number | null {
  const own = indent(lines[index] ?? "");
  for (let at = index; at >= 0; at -= 1) {
    const line = lines[at] ?? "";
    if (isStart(line) && (at === index || indent(line) < own)) return at;
  }
  return null;
}

/** The beginning of a call that is written over several lines. */
function statement(lines: readonly string[], index: number): number {
  const line = lines[index] ?? "";
  if (line.trimStart().startsWith("name=")) {
    for (let at = index - 1; at >= 0; at -= 1) if (indent(lines[at] ?? "") < indent(line)) return at;
  }
  return index;
}

function end(lines: readonly string[], from: number, format: Format): number {
  const first = lines[from] ?? "";
  const own = indent(first);
  if (format === "python" && !/[([{]\s*$/.test(first)) return from + 1;
  let at = from + 1;
  while (at < lines.length && (indent(lines[at] ?? "") > own || lines[at]?.trim() === "")) at += 1;
  // The closing bracket stands as far left as the opening one.
  const closes = format !== "yaml" && /^\s*[)\]}]/.test(lines[at] ?? "");
  return closes ? at + 1 : at;
}

/** The smallest block around a line. */
export function blockAt(blocks: readonly Block[], line: number): Block | null {
  const around = blocks.filter(({ from, to }) => from <= line && line <= to);
  return around.sort((a, b) => a.to - a.from - (b.to - b.from))[0] ?? null;
}
