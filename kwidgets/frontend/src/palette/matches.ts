// Which layers a typed text means: beginnings first, then old names, then anything inside.
import type { LayerEntry } from "../shared/state";

const MOST_ROWS = 8;

export function matches(layers: LayerEntry[], typed: string): LayerEntry[] {
  const text = typed.trim().toLowerCase();
  const rank = (entry: LayerEntry): number => {
    const names = [entry.title.toLowerCase(), entry.class_name.toLowerCase()];
    const old = entry.old_names.map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(text))) return 0;
    if (old.some((name) => name.startsWith(text))) return 1;
    if ([...names, ...old].some((name) => name.includes(text))) return 2;
    return 3;
  };
  return layers
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_ROWS)
    .map(({ entry }) => entry);
}
