// The table of runs below the curves, and the log.
import { countText } from "../../figures";

export const history = {
  runs: "Runs",
  kept: (count: number) => `${countText(count)} kept`,
  run: "Run",
  now: "now",
  differs: "What differs",
  epochsColumn: "Epochs",
  epochsOf: (done: number, planned: number) => (done >= planned ? String(done) : `${done} / ${planned}`),
  time: "Time",
  state: "State",
  sortBy: (column: string) => `Sort by ${column}`,
  showBehind: (number: number) => `Show run ${number} in grey behind the curves`,
  logTitle: (lines: number) => `Log (${lines === 1 ? "1 line" : `${countText(lines)} lines`})`,
  logLabel: "Log of the run",
} as const;
