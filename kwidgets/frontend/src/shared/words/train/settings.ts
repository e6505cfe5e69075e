// How it trains.
export const settings = {
  settingsTitle: "How it trains",
  locked: "Training: stop to edit",
  optimizerTitle: "Optimizer and its settings",
  lossOf: (output: string) => `Loss of ${output}`,
  ofLoss: (loss: string, setting: string) => `${loss}: ${setting}`,
} as const;
