// The values of a run as figures, and the names of metrics.
import { countText, shareText } from "../../figures";

const SHORT: Readonly<Record<string, string>> = { acc: "accuracy", mse: "mean squared error", mae: "mean absolute error" };

/** A metric's name in words, without "validation". */
function base(name: string): string {
  const own = name.replace(/^val_/, "");
  return SHORT[own] ?? own.replace(/_acc$/, "_accuracy").replaceAll("_", " ");
}

export const figures = {
  figures: "Values",
  base,
  metric: (name: string) => (name.startsWith("val_") ? `validation ${base(name)}` : base(name)),
  notANumber: "NaN",
  thisEpoch: (step: string) => `${step} this epoch`,
  best: (value: string, epoch: number) => `best ${value}, epoch ${epoch}`,
  rate: "learning rate",
  rateHelp: "click to change",
  tenth: "÷ 10",
  tenthHelp: "A tenth of the learning rate",
  tenfold: "× 10",
  tenfoldHelp: "Ten times the learning rate",
  speed: "speed",
  perSecond: (samples: number) => `${countText(Math.round(samples))} /s`,
  rank: (rank: number) => `process ${rank}`,
  waits: (share: number) => `waits ${shareText(share)}`,
  slowest: (waits: string) => `${waits}, the slowest`,
  cost: (share: number) => `this page takes ${shareText(share)}`,
  oneBatchIn: (every: number) => `The curves have one batch in ${every}, so that the training is not slowed down.`,
} as const;
