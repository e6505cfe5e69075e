// Which of all runs are shown: by what was typed, by model, by tag.
import type { KeptRun, RunColumn } from "../../shared/messages";
import { words } from "../../shared/words";

export interface Filter {
  text: string;
  /** undefined: of every model; null: fits in code. */
  document: string | null | undefined;
  tags: readonly string[];
  hidden: boolean;
}

/** Runs that have all words of the text in what is known of them, belong to the model, and have all the tags. */
export function shownRuns(rows: readonly KeptRun[], columns: readonly RunColumn[], { text, document, tags, hidden }: Filter): KeptRun[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const titles = new Map(columns.map(({ name, layer, label }) => [name, words.runs.setting(layer, label)]));
  return rows.filter(
    (row) =>
      (hidden || !row.hidden) &&
      (document === undefined || row.document === document) &&
      tags.every((tag) => row.tags.includes(tag)) &&
      hasAll(wanted, row, titles),
  );
}

function hasAll(wanted: readonly string[], row: KeptRun, titles: ReadonlyMap<string, string>): boolean {
  if (wanted.length === 0) return true;
  const known = knownOf(row, titles);
  return wanted.every((word) => known.includes(word));
}

function knownOf(row: KeptRun, titles: ReadonlyMap<string, string>): string {
  const { states, run } = words.runs;
  const settings = Object.entries(row.settings).map(([name, value]) => `${titles.get(name) ?? name} ${String(value)}`);
  return [run, row.number, row.document ?? "", row.note, ...row.tags, states[row.state], ...settings].join(" ").toLowerCase();
}

/** Names of the models that runs belong to, each once, the model of the newest run first; null: fits in code. */
export function documentsOf(rows: readonly KeptRun[]): (string | null)[] {
  const newest = [...rows].sort((one, other) => other.number - one.number);
  return [...new Set(newest.map(({ document }) => document))];
}

export function tagsOf(rows: readonly KeptRun[]): string[] {
  return [...new Set(rows.flatMap(({ tags }) => tags))].sort((one, other) => one.localeCompare(other));
}
