// What stands in the cells of the table, and how wide its columns must be.
import { diskText, durationText, numberText } from "../../shared/figures";
import type { KeptRun, RunColumn } from "../../shared/messages";
import { words } from "../../shared/words";
import { rateText, valueText } from "../train/metrics";
import { type Column, metricOf, settingOf } from "./table";

export const isAlive = ({ state }: Pick<KeptRun, "state">): boolean => state === "running" || state === "paused";

export const TITLES: Readonly<Partial<Record<Column, string>>> = {
  run: words.runs.run, when: words.runs.when, document: words.runs.document, epochs: words.runs.epochs, time: words.runs.time,
  state: words.runs.state, size: words.runs.size, note: words.runs.note,
};

/** The head of a column. full: as it is said, where a short form is shown. */
export function titleOf(column: Column, known: readonly RunColumn[], full = false): string {
  const metric = metricOf(column);
  if (metric !== null) return full ? words.runs.metric(metric) : words.runs.metricShort(metric);
  const name = settingOf(column);
  const setting = name === null ? undefined : known.find((one) => one.name === name);
  return setting === undefined ? (TITLES[column] ?? name ?? column) : words.runs.setting(setting.layer, setting.label);
}

export function settingText(name: string, value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return words.runs.none;
  if (typeof value === "boolean") return value ? words.runs.on : words.runs.off;
  if (typeof value === "string") return value;
  return name.endsWith("learning_rate") ? rateText(value) : numberText(value);
}

/** The name of a document as it is read at a glance: one that is called after its notebook stands without the folders. */
export const documentText = (name: string): string => (/^(~?[\\/]|[a-z]:[\\/])/i.test(name) ? (name.split(/[\\/]/).pop() ?? name) : name);

/** A cell's text; its note with the tags before it. now: the time by which "today" is told. */
export function cellText(row: KeptRun, column: Column, now: Date): string {
  const metric = metricOf(column);
  if (metric !== null) {
    const value = row.values[metric];
    // A value that was measured and is no number, against one that was never measured.
    return typeof value === "number" ? valueText(metric, value) : value === null ? words.runs.noNumber : "–";
  }
  const setting = settingOf(column);
  if (setting !== null) return settingText(setting, row.settings[setting]);
  switch (column) {
    case "run":
      return String(row.number);
    case "when":
      return whenText(row.began, now);
    case "document":
      return row.document === null ? words.runs.inCode : documentText(row.document);
    case "epochs":
      return words.runs.epochsOf(row.epochs, row.planned, !isAlive(row));
    case "time":
      return durationText(row.seconds);
    case "size":
      return diskText(row.bytes);
    case "note":
      return [...row.tags, row.note].filter(Boolean).join(" · ");
    default:
      return words.runs.states[row.state];
  }
}

const two = (value: number): string => String(value).padStart(2, "0");
const timeOf = (date: Date): string => `${two(date.getHours())}:${two(date.getMinutes())}`;

/** The time of the day: 14:02. */
export const clockTime = (seconds: number): string => timeOf(new Date(1000 * seconds));

// Made once: it is slow to set up, and there may be a thousand runs.
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** When something was: today 14:02, 3 Nov 14:02, 3 Nov 2024. */
export function whenText(seconds: number, now: Date): string {
  const date = new Date(1000 * seconds);
  const day = (one: Date) => new Date(one.getFullYear(), one.getMonth(), one.getDate()).getTime();
  const days = Math.round((day(now) - day(date)) / 86_400_000);
  if (days === 0) return `${words.runs.today} ${timeOf(date)}`;
  if (days === 1) return `${words.runs.yesterday} ${timeOf(date)}`;
  return `${DAY.format(date)} ${date.getFullYear() === now.getFullYear() ? timeOf(date) : date.getFullYear()}`;
}

/** Of a letter, in em: of a title, which is smaller, and of a cell, most of whose letters are digits. */
const TITLE_LETTER = 0.49;
const CELL_LETTER = 0.62;
const WIDEST = 18;
/** Room beside the text, in em: the box, the swatch and the star of the first column; the sign of a state; rims of tags. */
const BESIDE: Readonly<Partial<Record<Column, number>>> = { run: 4.2, state: 0.6, note: 2 };
const LEAST: Readonly<Partial<Record<Column, number>>> = { time: 6, state: 8 };
/** Seconds of a run that goes on, whose column has room for what they will become. */
const LONG = 3599;

/** Widths of the columns in em: of all rows, so that nothing moves while a person scrolls or a run goes on. */
export function widthsOf(rows: readonly KeptRun[], columns: readonly Column[], known: readonly RunColumn[], now: Date): number[] {
  return columns.map((column) => {
    let letters = LEAST[column] ?? 0;
    for (const row of rows) letters = Math.max(letters, lettersOf(row, column, now));
    const title = TITLE_LETTER * titleOf(column, known).length + 0.7;
    return Number((Math.min(Math.max(CELL_LETTER * letters, title), WIDEST) + (BESIDE[column] ?? 0)).toFixed(2));
  });
}

function lettersOf(row: KeptRun, column: Column, now: Date): number {
  if (column === "epochs" && isAlive(row)) return words.runs.epochsOf(row.planned - 1, row.planned, false).length;
  if (column === "time" && isAlive(row)) return durationText(LONG).length;
  return cellText(row, column, now).length;
}
