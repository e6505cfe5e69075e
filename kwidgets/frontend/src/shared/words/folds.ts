// A cross-validation, on the Data page and the Train page.
export const folds = {
  label: "Cross-validation",
  train: (count: number) => `Train all ${count} folds`,
  trainHelp: "Each fold with new weights, one after the other, as a run of its own; Stop ends all of it",
  training: (fold: number, of: number) => `fold ${fold} of ${of} is trained`,
  over: (done: number, of: number) => (done === of ? `all ${of} folds are trained` : `${done} of ${of} folds were begun`),
  fold: "Fold",
  epochs: "Epochs",
  cut: (epochs: number) => `${epochs}, cut short`,
  mean: "Mean ± deviation",
} as const;
