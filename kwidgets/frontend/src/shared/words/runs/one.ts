// One run beside the table.
import { countText, diskText } from "../../figures";
import { joined } from "./comparing";

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
  copy: "Copy",
  copied: "Copied",
  repeat: "Repeat",
  repeatHelp: "Train the same again, from new weights",
  resume: "Resume",
  resumeHelp: "Go on from its last checkpoint",
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
