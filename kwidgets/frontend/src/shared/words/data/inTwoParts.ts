// Rows that are measured and trained on.
import { countText } from "../../figures";

export const inTwoParts = {
  shared: {
    validation: (count: number) => (count === 1 ? "1 row that validates is also trained on." : `${countText(count)} rows that validate are also trained on.`),
    test: (count: number, key: string) => (count === 1 ? `1 row of ${key} is also trained on.` : `${countText(count)} rows of ${key} are also trained on.`),
  },
  sharedScore: { validation: "The validation values would look better than they are.", test: "The test score would look better than it is." },
  takeThemOut: "Take them out in a new cell",
  runTheCell: "It stands in the cell below: run it.",
  inNewCell: "In a new cell",
  sharedRows: (first: readonly string[], more: number) =>
    `${first.length === 1 ? "Row" : "Rows"} ${first.join(", ")}${more > 0 ? ` and ${countText(more)} more` : ""}.`,
} as const;
