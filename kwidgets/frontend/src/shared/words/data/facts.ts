/** What is said of one array: its numbers, its classes, its samples. */
import { rows } from "./rows";

export const facts = {
  none: "none",
  shape: "Shape",
  type: "Type",
  range: "Range",
  mean: "Mean",
  missing: "Missing",
  equalRows: "Equal rows",
  classes: "Classes",
  notRead: "Too large to be looked into: only its shape and type were read.",
  part: "Figures are those of a part of the rows.",
  inBlocks: "Larger than the memory: its rows are read in blocks while it is trained.",
  readMeanwhile: "Its rows are read while it is trained.",
  even: (count: number) => `${count}, even`,
  uneven: (count: number, least: string, most: string) => `${count}, from ${least} to ${most} rows each`,
  classOf: (name: string, count: string) => `Class ${name}: ${rows(count)}`,
  histogram: (low: string, high: string) => `How often values from ${low} to ${high} occur`,
  sample: (row: number) => `Row ${row}`,
  sampleOf: (row: number, label: string) => `Row ${row}, class ${label}`,
} as const;
