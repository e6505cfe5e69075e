// The rows of the search under their titles, each with its place among all rows.
import type { SearchRow } from "../shared/messages";
import { words } from "../shared/words";

export interface SearchSection {
  title: string;
  rows: { row: SearchRow; index: number }[];
}

export function sectionsOf(rows: readonly SearchRow[], after: string | null): SearchSection[] {
  const sections = new Map<SearchRow["section"], SearchSection>();
  rows.forEach((row, index) => {
    const title = row.section === "fits" && after !== null ? words.palette.after(after) : words.palette.sections[row.section];
    const section = sections.get(row.section) ?? { title, rows: [] };
    section.rows.push({ row, index });
    sections.set(row.section, section);
  });
  return [...sections.values()];
}
