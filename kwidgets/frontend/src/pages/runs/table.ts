// The table of runs: its columns, its order, and which columns say anything.
import type { RunRow } from "../../shared/messages";
import { inOrder, isShare } from "../train/metrics";

/** "metric:val_loss", or a column that every run has. */
export type Column = "run" | "differs" | "epochs" | "time" | "state" | `metric:${string}`;
export interface Order {
  column: Column;
  down: boolean;
}

export const NEWEST: Order = { column: "run", down: true };

export const metricOf = (column: Column): string | null => (column.startsWith("metric:") ? column.slice("metric:".length) : null);

const valueOf = (row: RunRow, column: Column): number | string | null => {
  const metric = metricOf(column);
  if (metric !== null) return row.values[metric] ?? null;
  switch (column) {
    case "run":
      return row.number;
    case "epochs":
      return row.epochs;
    case "time":
      return row.seconds;
    case "state":
      return row.state;
    default:
      return row.differs;
  }
};

/** Names of all metrics that any run has, the loss first. */
export function metricsOf(rows: readonly RunRow[]): string[] {
  return inOrder([...new Set(rows.flatMap((row) => Object.keys(row.values)))]);
}

/** All columns; without those in which all runs are the same where only what differs is wanted. */
export function columnsOf(rows: readonly RunRow[], onlyDiffering: boolean): Column[] {
  const all: Column[] = ["run", "differs", "epochs", ...metricsOf(rows).map((name) => `metric:${name}` as const), "time", "state"];
  if (!onlyDiffering || rows.length < 2) return all;
  const always: readonly Column[] = ["run", "differs"];
  return all.filter((column) => always.includes(column) || new Set(rows.map((row) => valueOf(row, column))).size > 1);
}

/** Rows in the order of a column; those without a value stand last either way. */
export function sorted(rows: readonly RunRow[], { column, down }: Order): RunRow[] {
  return [...rows].sort((one, other) => {
    const [a, b] = [valueOf(one, column), valueOf(other, column)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const step = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return (down ? -step : step) || other.number - one.number;
  });
}

/** The order after a press on a column: first what is best or most, then the other way round. */
export function pressed(order: Order, column: Column): Order {
  if (order.column === column) return { column, down: !order.down };
  const metric = metricOf(column);
  return { column, down: metric === null ? column === "run" : isShare(metric) };
}

/** The run with the least loss, on validation data where there are any; null: no run has one. */
export function bestOf(rows: readonly RunRow[]): RunRow | null {
  const name = rows.some((row) => typeof row.values.val_loss === "number") ? "val_loss" : "loss";
  const column = `metric:${name}` as const;
  const first = sorted(rows, { column, down: false })[0];
  return first !== undefined && valueOf(first, column) !== null ? first : null;
}
