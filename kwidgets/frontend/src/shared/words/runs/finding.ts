// The head of the Runs page: finding, filters, what is kept, several at once.
import { countText, diskText } from "../../figures";

const runs = (count: number) => (count === 1 ? "1 run" : `${countText(count)} runs`);
const numbered = (numbers: readonly number[]) => (numbers.length === 1 ? `Run ${numbers[0]}` : `${countText(numbers.length)} runs`);

export const finding = {
  head: "Find and filter runs",
  find: "Find: tag, note, setting",
  findLabel: "Find runs by number, tag, note or setting",
  clear: "Clear",
  onlyDiffering: "only what differs",
  onlyDifferingHelp: "Only columns in which the runs below differ",
  allModels: "all models",
  codeModels: "fits in code",
  modelLabel: "Runs of which model",
  tag: "tag",
  tagLabel: "Runs with which tags",
  anyTag: "any tag",
  noTags: "No run has a tag yet: give it one in its details.",
  hidden: (count: number) => `${countText(count)} hidden`,
  hiddenHelp: "Show the runs that were hidden",
  kept: (count: number, bytes: number, quota: number) => `${countText(count)} kept · ${diskText(bytes)} of ${diskText(quota)}`,
  keptHelp: "Room on the disk that all runs take, and may take before the oldest checkpoints are removed",
  sweep: "Free disk …",
  sweepHelp: "Say what could be removed to free the disk",
  sweepAsks: (bytes: number, checkpoints: number, deleted: number) => {
    const parts = [
      ...(checkpoints > 0 ? [checkpoints === 1 ? "1 old checkpoint" : `${countText(checkpoints)} old checkpoints`] : []),
      ...(deleted > 0 ? [deleted === 1 ? "1 deleted run" : `${countText(deleted)} deleted runs`] : []),
    ];
    return `${parts.join(" and ")} would go, which frees ${diskText(bytes)}. Curves, notes, the best, last and pinned checkpoints stay.`;
  },
  sweepNothing: "Nothing to remove: only the best, last and pinned checkpoints are there.",
  sweepDo: "Remove them",
  sweepNot: "Keep all",
  swept: (bytes: number) => `${diskText(bytes)} freed.`,
  compare: (count: number) => (count < 2 ? "Compare" : `Compare ${countText(count)}`),
  compareHelp: "Choose two or more runs by their boxes first",
  compareLeave: "All runs",
  nothingFits: "No run fits what is asked for.",
  showAll: "Show all runs",
  deleted: (numbers: readonly number[]) => `${numbered(numbers)} deleted.`,
  hid: (numbers: readonly number[]) => `${numbered(numbers)} hidden.`,
  undo: "Undo",
  closeMessage: "Close",
  runs,
} as const;
