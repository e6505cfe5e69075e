// Which checkpoint of a run is looked at: the best at first, else the last.
import { useState } from "react";
import type { RunCheckpoint, RunDetails } from "../../shared/messages";

export interface ChosenEpoch {
  epoch: RunCheckpoint | null;
  choose: (checkpoint: RunCheckpoint) => void;
}

export function useEpoch(details: RunDetails | null): ChosenEpoch {
  const [chosen, setChosen] = useState<{ run: string; epoch: number; batch: number } | null>(null);
  const checkpoints = details?.checkpoints ?? [];
  const mine = chosen !== null && chosen.run === details?.run ? checkpoints.find(({ epoch, batch }) => epoch === chosen.epoch && batch === chosen.batch) : undefined;
  const epoch = mine ?? checkpoints.find(({ best }) => best) ?? checkpoints.at(-1) ?? null;
  return { epoch, choose: ({ epoch: at, batch }) => details !== null && setChosen({ run: details.run, epoch: at, batch }) };
}
