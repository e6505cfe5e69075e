// How a person looks at the runs: it stays while another page is shown.
import { useCallback } from "react";
import type { KeptRun } from "../../shared/messages";
import { useDraft } from "../../shared/useDraft";
import type { Filter } from "./finding";
import type { Switches } from "./runCurves";
import { NEWEST, type Order } from "./table";

export interface RunsView {
  text: string;
  /** auto: the model on the canvas where it has runs, else all. */
  document: "auto" | "all" | { name: string | null };
  tags: readonly string[];
  hidden: boolean;
  onlyDiffering: boolean;
  order: Order;
  opened: string | null;
  /** Runs chosen for comparing, and whether only they are looked at. */
  chosen: readonly string[];
  comparing: boolean;
  /** Swatches that were pressed, by the ids of the runs. */
  drawn: Readonly<Record<string, boolean>>;
  switches: Switches;
}

const FIRST: RunsView = {
  text: "", document: "auto", tags: [], hidden: false, onlyDiffering: true, order: NEWEST, opened: null, chosen: [], comparing: false, drawn: {},
  switches: { fromZero: false, log: false, smooth: false },
};

export function useRunsView(): { view: RunsView; set: (change: Partial<RunsView>) => void } {
  const { value, now, set } = useDraft<RunsView>("view of the runs");
  const change = useCallback((part: Partial<RunsView>) => set({ ...(now() ?? FIRST), ...part }), [now, set]);
  return { view: value ?? FIRST, set: change };
}

/** present: the name of the model on the canvas. */
export function filterOf({ text, document, tags, hidden }: RunsView, rows: readonly KeptRun[], present: string): Filter {
  const auto = rows.some((row) => row.document === present && !row.hidden) ? present : undefined;
  return { text, tags, hidden, document: document === "auto" ? auto : document === "all" ? undefined : document.name };
}
