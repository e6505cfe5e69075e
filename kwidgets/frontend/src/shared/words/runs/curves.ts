// The curves of several runs over each other.
import { countText } from "../../figures";

export const curves = {
  charts: "Curves of the runs",
  chart: (metric: string, numbers: readonly number[]) =>
    numbers.length > 8 ? `${metric} of ${countText(numbers.length)} runs` : `${metric} of ${numbers.length === 1 ? "run" : "runs"} ${numbers.join(", ")}`,
  switches: "How the curves are drawn",
  fromZero: "all from epoch 0",
  fromZeroHelp: "Begin runs that went on from another run at epoch 0, without what that one had done",
  log: "log",
  logHelp: "Logarithmic axis for losses",
  smooth: "smooth",
  smoothHelp: "Smooth the curves",
  atEpoch: (epoch: string) => `epoch ${epoch}`,
  moreLines: (count: number) => `and ${countText(count)} more`,
  noCurves: "Press the square before a run to draw its curves.",
  noEpochs: "The curves begin after the first epoch.",
} as const;
