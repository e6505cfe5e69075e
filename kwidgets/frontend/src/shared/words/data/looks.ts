// A table at one look.
import { rows } from "./rows";

export const looks = {
  look: "What is shown of the table",
  looks: { columns: "Columns", rows: "Rows", together: "Correlations" },
  looking: "Looking at the table…",
  lookedAt: (count: string, all: string, more: boolean, about: boolean) =>
    `Figures of ${about ? `${rows(count)} from a few places of the file, about ${rows(all)} in all` : `${count} of ${rows(all)}`}${more ? "; those of all rows follow." : "."}`,
  lookHead: { column: "Column", values: "Values", range: "From … to" },
  tells: (target: string) => `Explains ${target}`,
  tellsHelp: (target: string) => `How much of the variance of ${target} each column explains by itself`,
  tellsOf: (column: string, target: string, share: string) => `${column} by itself explains ${share} of the variance of ${target}`,
  findColumn: "Find a column",
  moreColumns: (count: string) => `and ${count} more columns`,
  isTarget: "the target",
  meansLine: (target: string) => `The line is the mean of ${target}`,
  meanOf: (mean: string) => `mean ${mean}`,
  valueCount: (name: string, count: string) => `${name}: ${rows(count)}`,
  different: (count: string) => (count === "1" ? "1 value" : `${count} different`),
  veryManyDifferent: "more than 100,000 different",
  columnInfinite: (count: string) => `${count} infinite`,
  pair: (first: string, second: string) => `${first} and ${second}`,
  noneTogether: "No two columns go together: all correlations are below 0.3.",
} as const;
