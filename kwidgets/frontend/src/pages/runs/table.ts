// The table of runs: its columns, its order, and which columns say anything.
import type { KeptRun, RunColumn } from "../../shared/messages";
import { baseOf, columnsOf as comparedOf, inOrder, isShare } from "../train/metrics";

/** "metric:val_loss", "setting:learning_rate", or a column that every run has. */
export type Column = "run" | "when" | "document" | "epochs" | "time" | "state" | "note" | "size" | `metric:${string}` | `setting:${string}`;
export interface Order {
  column: Column;
  down: boolean;
}

/** What a row must have to be sorted: rows of the Train page have no more. */
type Sortable = Pick<KeptRun, "number" | "epochs" | "seconds" | "values"> & { state: string } & Partial<
    Pick<KeptRun, "settings" | "began" | "document" | "note" | "tags" | "bytes">
  >;

export const NEWEST: Order = { column: "run", down: true };

/** Settings beyond these are left out where only what differs is wanted: a graph of another kind differs in all of them. */
const MOST_SETTINGS = 8;

const after = (column: Column, start: string): string | null => (column.startsWith(start) ? column.slice(start.length) : null);
export const metricOf = (column: Column): string | null => after(column, "metric:");
export const settingOf = (column: Column): string | null => after(column, "setting:");

function valueOf(row: Sortable, column: Column): number | string | null {
  const metric = metricOf(column);
  if (metric !== null) return row.values[metric] ?? null;
  const setting = settingOf(column);
  if (setting !== null) return plain(row.settings?.[setting]);
  switch (column) {
    case "run":
      return row.number;
    case "when":
      return row.began ?? null;
    case "epochs":
      return row.epochs;
    case "time":
      return row.seconds;
    case "size":
      return row.bytes ?? null;
    case "document":
      return row.document ?? null;
    case "note":
      return [row.note ?? "", ...(row.tags ?? [])].join(" ").trim() || null;
    default:
      return row.state;
  }
}

const plain = (value: string | number | boolean | null | undefined): number | string | null => (typeof value === "boolean" ? Number(value) : (value ?? null));

/** Names of all metrics that any run has, the loss first. */
export function metricsOf(rows: readonly Sortable[]): string[] {
  return inOrder([...new Set(rows.flatMap((row) => Object.keys(row.values)))]);
}

/** Whether the rows have more than one value of a setting; one that a run lacks counts. */
function differs(rows: readonly KeptRun[], name: string): boolean {
  const first = rows[0]?.settings[name] ?? null;
  return rows.some(({ settings }) => (settings[name] ?? null) !== first);
}

/** Where only what differs is wanted: the settings that differ, and of the values those by which runs are compared. */
export function columnsOf(rows: readonly KeptRun[], known: readonly RunColumn[], onlyDiffering: boolean): Column[] {
  const brief = onlyDiffering && rows.length > 1;
  const settings = brief ? known.filter(({ name }) => differs(rows, name)).slice(0, MOST_SETTINGS) : known;
  const documents = new Set(rows.map(({ document }) => document)).size;
  const metrics = metricsOf(rows);
  const { loss, share } = comparedOf(metrics);
  const compared = [loss, share].filter((name) => name !== null);
  const noted = rows.some(({ note, tags }) => note !== "" || tags.length > 0);
  return [
    "run",
    ...(documents > 1 || !brief ? (["document"] as const) : []),
    ...(brief ? [] : (["when"] as const)),
    ...settings.filter(({ name }) => name !== "epochs").map(({ name }) => `setting:${name}` as const),
    "epochs",
    ...(brief ? compared : metrics).map((name) => `metric:${name}` as const),
    "time",
    "state",
    ...(brief ? [] : (["size"] as const)),
    ...(noted ? (["note"] as const) : []),
  ];
}

/** Rows in the order of a column; those without a value stand last either way. */
export function sorted<Row extends Sortable>(rows: readonly Row[], { column, down }: Order): Row[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row, column) }));
  keyed.sort((one, other) => {
    const [a, b] = [one.value, other.value];
    if (a === null || b === null) return Number(a === null) - Number(b === null) || other.row.number - one.row.number;
    const step = compare(a, b);
    return (down ? -step : step) || other.row.number - one.row.number;
  });
  return keyed.map(({ row }) => row);
}

/** Numbers by size, texts by their letters, numbers before texts. */
function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return LETTERS.compare(String(a), String(b));
}

// Made once: to compare by a language is slow to set up.
const LETTERS = new Intl.Collator(undefined, { numeric: true });

/** The order after a press on a column: first what is best or most, then the other way round. */
export function pressed(order: Order, column: Column): Order {
  if (order.column === column) return { column, down: !order.down };
  const metric = metricOf(column);
  return { column, down: metric === null ? column === "run" || column === "when" || column === "size" : isShare(metric) };
}

/** Ids of the runs with the least loss, on validation data where there are any; one for each model with several runs. */
export function bestOf(rows: readonly KeptRun[]): ReadonlySet<string> {
  const models = new Map<string | null, KeptRun[]>();
  for (const row of rows) {
    const runs = models.get(row.document);
    if (runs === undefined) models.set(row.document, [row]);
    else runs.push(row);
  }
  const best = new Set<string>();
  for (const runs of models.values()) {
    const { loss } = comparedOf(metricsOf(runs).filter((name) => baseOf(name) === "loss"));
    if (loss === null || runs.length < 2) continue;
    const [first] = sorted(runs.filter(({ values }) => typeof values[loss] === "number"), { column: `metric:${loss}`, down: false });
    if (first !== undefined) best.add(first.id);
  }
  return best;
}
