// The rows of the search under their titles, each with its place among all rows; one of them opens what is folded away.
import type { FoldedRows, SearchRow } from "../shared/messages";
import { words } from "../shared/words";

/** A row, or the line that shows or hides the layers that do not fit as they are. */
export type SearchItem = SearchRow | typeof FOLD;
export const FOLD = "fold";

export interface SearchSection {
  title: string;
  items: { item: SearchItem; index: number }[];
}

/** All that arrow keys go through, in order. */
export function itemsOf(rows: readonly SearchRow[], folded: FoldedRows | null): SearchItem[] {
  return folded === null ? [...rows] : [...rows.slice(0, folded.at), FOLD, ...rows.slice(folded.at)];
}

export function sectionsOf(items: readonly SearchItem[], after: string | null): SearchSection[] {
  const sections = new Map<SearchRow["section"], SearchSection>();
  items.forEach((item, index) => {
    const name = item === FOLD ? "change" : item.section;
    const title = name === "fits" && after !== null ? words.palette.after(after) : words.palette.sections[name];
    const section = sections.get(name) ?? { title, items: [] };
    section.items.push({ item, index });
    sections.set(name, section);
  });
  return [...sections.values()];
}
