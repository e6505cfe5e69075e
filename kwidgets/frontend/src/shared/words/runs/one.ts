// One run beside the table, and two or more against each other.
import { countText, diskText } from "../../figures";
import type { Sameness } from "../../messages";

const joined = (parts: readonly string[]) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`);

export const one = {
  details: (number: number) => `Run ${number}`,
  close: "Close",
  more: "More",
  noteLabel: "Note",
  addNote: "Add a note",
  quoted: (note: string) => `“${note}”`,
  tagsLabel: "Tags",
  addTag: "Add a tag",
  tagPlaceholder: "tag",
  removeTag: (tag: string) => `Remove the tag ${tag}`,
  open: "Open in Build",
  openHelp: "Put this run's model, data and settings on the canvas; undo brings yours back",
  cannotOpen: "This run was begun in code, so its model cannot be opened here.",
  repeat: "Repeat",
  repeatHelp: "Train the same again, from new weights",
  resume: "Resume",
  resumeHelp: "Go on from its last checkpoint",
  checkpoints: "Checkpoints",
  noCheckpoints: "No checkpoint is kept of this run.",
  bestAt: (epoch: number) => `best at ${epoch}`,
  branchedAt: (number: number, epoch: number) => `run ${number} branched at ${epoch}`,
  checkpointLabel: "Checkpoint",
  checkpoint: (epoch: number, batch: number, about: readonly string[]) =>
    [batch > 0 ? `epoch ${epoch}, batch ${batch}` : `epoch ${epoch}`, ...about].join(", "),
  isBest: "the best",
  isLast: "the last",
  isPinned: "pinned",
  goBack: (epoch: number) => `Go back to epoch ${epoch}`,
  goBackHelp: "Put this checkpoint's weights into the present model",
  branch: "Branch from here",
  branchHelp: "Train on from this checkpoint as a new run",
  against: "Against run",
  againstLabel: "The run to compare with",
  differs: "what differs",
  arrow: "↔",
  sameness: (parts: Readonly<Record<string, Sameness>>) => {
    const of = (wanted: Sameness) => Object.keys(parts).filter((name) => parts[name] === wanted);
    const [same, other, unknown] = [of("same"), of("different"), of("unknown")];
    return [
      ...(same.length > 0 ? [`${joined(same)}: the same`] : []),
      ...(other.length > 0 ? [`${joined(other)}: not the same`] : []),
      ...(unknown.length > 0 ? [`${joined(unknown)}: not known`] : []),
    ];
  },
  graph: "graph",
  data: "data",
  seed: "seed",
  moreDifferences: (count: number) => (count === 1 ? "1 more difference" : `${countText(count)} more differences`),
  noDifference: "No setting differs.",
  comparing: (numbers: readonly number[]) => `Runs ${joined(numbers.map(String))}`,
  dataTitle: "Data",
  rows: (rows: number | null, print: string | null) =>
    [...(rows === null ? [] : [rows === 1 ? "1 row" : `${countText(rows)} rows`]), ...(print === null ? [] : [`${print.slice(0, 4)}…`])].join(" · ") || "–",
  fingerprint: (name: string, print: string) => `${name}: ${print}`,
  onDisk: "On disk",
  bytes: (bytes: number) => diskText(bytes),
  endedBy: "Stopped by",
  goesOn: "goes on",
  madeWith: "Made with",
  version: (versions: Readonly<Record<string, string>>) => (versions.kwidgets === undefined ? "–" : `kwidgets ${versions.kwidgets}`),
  versions: (versions: Readonly<Record<string, string>>, machine: string) =>
    [...Object.entries(versions).map(([name, version]) => `${name} ${version}`), ...(machine === "" ? [] : [`on ${machine}`])].join("\n"),
  cameFrom: "Went on from",
  cameFromRun: (number: number, epoch: number) => `run ${number}, epoch ${epoch}`,
  cameFromGone: (epoch: number) => `a run that is gone, epoch ${epoch}`,
  events: (count: number) => (count === 1 ? "What was done · 1" : `What was done · ${countText(count)}`),
  logTitle: (count: number) => (count === 1 ? "Log · 1 line" : `Log · ${countText(count)} lines`),
  logLabel: "Log of the run",
  atEpochs: (at: number) => `epoch ${Number(at.toFixed(1))}`,
  delete: "Delete",
  deleteKey: "Del",
  hide: "Hide",
  show: "Show again",
  pin: (epoch: number) => `Keep epoch ${epoch} for good`,
  unpin: (epoch: number) => `Let epoch ${epoch} be removed later`,
  exportHistory: "Export history",
  cameBack: (numbers: readonly number[], when: string | null) => {
    const died = when === null ? "a kernel died" : `the kernel died at ${when}`;
    const [number] = numbers;
    return numbers.length === 1 ? `one run came back after ${died}: number ${number}` : `${countText(numbers.length)} runs came back after ${died}: numbers ${joined(numbers.map(String))}`;
  },
} as const;
