// The Runs page.
import { train } from "./train";

export const runs = {
  label: "Runs",
  onlyDiffering: "Only what differs",
  count: (count: number) => (count === 1 ? "1 run" : `${count} runs`),
  kept: "Runs are kept while this kernel lives.",
  run: "Run",
  differs: "What differs",
  epochs: "Epochs",
  time: "Time",
  state: "State",
  epochsOf: (done: number, planned: number) => (done === planned ? String(done) : `${done} / ${planned}`),
  best: "the least validation loss",
  states: {
    idle: "not started", running: "running", paused: "paused", stopping: "stopping", stopped: "stopped", finished: "finished", failed: "failed",
  },
  metric: (name: string) => {
    const words = train.metric(name);
    return words.charAt(0).toUpperCase() + words.slice(1);
  },
  sortBy: (column: string) => `Sort by ${column}`,
  chart: (metric: string, numbers: readonly number[]) => `${metric} of ${numbers.length === 1 ? "run" : "runs"} ${numbers.join(", ")}`,
  draw: (number: number) => `Draw the curves of run ${number}`,
  noNumber: "no number",
  noComparison: "cannot be compared",
  first: "nothing to compare with",
  same: "nothing",
  details: (number: number) => `Run ${number}`,
  close: "Close",
  against: (number: number) => `Against run ${number}, the best`,
  isBest: "It has the least validation loss of all.",
  better: (by: string) => `${by} better`,
  worse: (by: string) => `${by} worse`,
  equal: "the same",
  emptyTitle: "No runs yet",
  emptyHint: "Every training stands here as one line: what differed, how far it got, how well it did. Train once, change something, train again.",
  goTrain: "Go to Train",
  goData: "Choose data first",
} as const;
