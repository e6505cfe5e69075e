// The line at the foot: problems, training, log, steps of a batch, actions.
import { aboutText, bytesText } from "../figures";

export const dock = {
  label: "Problems, training, log, steps and actions",
  problems: "Problems",
  training: "Training",
  log: "Log",
  steps: "Step through",
  actions: "Actions",
  noProblems: "Every layer fits.",
  noGraph: "Nothing here yet: an empty model has no problems.",
  noLog: "Nothing was trained yet.",
  logLabel: "Log of the run",
  scriptLabel: "What was done, as Python",
  scriptSays: "What you did, as code that does it again.",
  toCell: "To a new cell",
  copy: "Copy",
  copied: "Copied.",
  notCopied: "This browser gives no clipboard: mark the text and copy it.",
  cellBelow: "The cell below has it. Run it to have the same model again.",
  noCellButCopied: "No cell can be added here. The code is on the clipboard: paste it into a cell.",
  noCell: "No cell can be added here, and this browser gives no clipboard: mark the text and copy it.",
  show: "Show",
  more: "More mends",
  error: "mistake",
  warning: "warning",
  wholeModel: "Model",
  close: "Close",
  // Seconds are known once data are chosen; memory is that without them until then.
  forecast: (seconds: number | null, memory: number | null) => {
    const parts = [seconds === null ? null : `${aboutText(seconds)} an epoch`, memory === null ? null : `${bytesText(memory)}${seconds === null ? ", without data" : ""}`];
    return `forecast on this machine: ${parts.filter((part) => part !== null).join(" · ")}`;
  },
  chosen: (count: number) => `${count} chosen`,
  toTrain: "Open the Train page",
  notTrained: "Not trained yet.",
} as const;
