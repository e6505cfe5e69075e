// All runs as the page knows them: the list comes whole once and then as changes.
import type { KeptRun, RunColumn, RunList, StoreSize } from "../../shared/messages";

export interface KeptRuns {
  version: number;
  rows: readonly KeptRun[];
  columns: readonly RunColumn[];
  size: StoreSize;
  trouble: string | null;
}

/** What the page knows after a message; the same object where nothing is new, and rows that did not change stay the same. */
export function merged(before: KeptRuns | null, list: RunList): KeptRuns {
  const { version, columns, size, trouble } = list;
  if (before === null || list.whole) return { version, rows: list.rows, columns, size, trouble };
  if (before.version === version && before.trouble === trouble) return before;
  const changed = new Map(list.rows.map((row) => [row.id, row]));
  const gone = new Set(list.gone);
  const stays = before.rows.filter(({ id }) => !gone.has(id)).map((row) => changed.get(row.id) ?? row);
  const known = new Set(before.rows.map(({ id }) => id));
  const added = list.rows.filter(({ id }) => !known.has(id));
  return { version, rows: [...added, ...stays], columns, size, trouble };
}

/** What a view knows of all runs, for every part that shows some of it. It stays while another page is shown. */
export class KeptStore {
  /** Colours of curves by the ids of the runs, which keep them. */
  colours: ReadonlyMap<string, number> = new Map();
  private runs: KeptRuns | null = null;
  private readonly listeners = new Set<() => void>();

  now = (): KeptRuns | null => this.runs;

  take(list: RunList): void {
    const next = merged(this.runs, list);
    if (next === this.runs) return;
    this.runs = next;
    for (const changed of this.listeners) changed();
  }

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };
}
