// The curves of a run, and the marks on them.
export const curves = {
  curves: "Curves",
  chart: (name: string, marks: readonly string[]) => [`Curves of ${name} over epochs.`, ...marks].join(" "),
  phases: { batch: "batches", train: "train", validation: "validation" },
  smooth: "smooth",
  smoothLabel: "Smoothing of the curves",
  log: "log",
  logHelp: "Logarithmic axis for losses",
  wholeRange: "show all",
  firstAbove: (value: string) => `first values up to ${value} are above`,
  withoutFirst: "without first values",
  unzoom: "whole run",
  zoomHelp: "Drag over a chart to zoom, double-click to go back",
  at: (x: string, mark: string | null) => (mark === null ? `epoch ${x}` : `epoch ${x}, ${mark}`),
} as const;
