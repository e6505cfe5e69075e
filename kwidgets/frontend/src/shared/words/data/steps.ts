// The steps of a table, or of a folder of pictures.
import { countText } from "../../figures";
import { rows } from "./rows";

export const steps = {
  steps: "Steps",
  stepsKept: "learned from the rows that are trained on, kept in the YAML, undone for predictions",
  pictureStepsKept: "kept in the YAML; steps by chance change only the pictures that are trained on",
  addStep: "+ step",
  newStep: "New step",
  add: "Add",
  stepKeys: "Settings. Alt and an arrow key moves it, Delete removes it",
  stepEarlier: "Earlier",
  stepLater: "Later",
  stepRemove: "Remove",
  stepClose: "Close",
  stepPreview: "What the step does to some rows that are trained on",
  pictureBefore: (row: number) => `Row ${row} before the step`,
  pictureBehind: (row: number) => `Row ${row} behind the step`,
  stepLeavesOut: (count: number) => `Leaves out ${rows(countText(count))}.`,
  missingValue: "missing",
} as const;
