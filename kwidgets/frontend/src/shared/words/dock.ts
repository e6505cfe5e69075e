// The line at the foot: problems, training, log.
import { aboutText, bytesText } from "../figures";

export const dock = {
  label: "Problems, training and log",
  problems: "Problems",
  training: "Training",
  log: "Log",
  noProblems: "Every layer fits.",
  noGraph: "Nothing here yet: an empty model has no problems.",
  noLog: "Nothing was trained yet.",
  logLabel: "Log of the run",
  show: "Show",
  more: "More mends",
  error: "mistake",
  warning: "warning",
  wholeModel: "Model",
  close: "Close",
  forecast: (seconds: number | null, memory: number | null) =>
    `forecast on this machine: ${seconds === null ? "…" : `${aboutText(seconds)} an epoch`}${memory === null ? "" : ` · ${bytesText(memory)}`}`,
  chosen: (count: number) => `${count} chosen`,
  toTrain: "Open the Train page",
  notTrained: "Not trained yet.",
} as const;
