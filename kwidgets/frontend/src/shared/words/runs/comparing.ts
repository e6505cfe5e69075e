// The checkpoints of a run, and two or more runs against each other.
import { countText } from "../../figures";
import type { Sameness } from "../../messages";

export const joined = (parts: readonly string[]) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`);

export const comparing = {
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
  cutEpoch: "This checkpoint lies within an epoch: choose one at an epoch's end",
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
} as const;
