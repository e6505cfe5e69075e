// What a run's state means for the page.
import type { Best, Run, RunState } from "../../shared/messages";
import { isValidation } from "./metrics";

export const isAlive = (state: RunState): boolean => state === "running" || state === "paused" || state === "stopping";

/** Whether nothing has been trained yet. */
export const isFresh = (run: Run): boolean => run.id === null && !isAlive(run.state);

/** The share of all epochs that is done, 0 to 1. */
export function shareDone({ epoch, epochs, batch, batches, state }: Run): number {
  if (state === "finished") return 1;
  if (epochs === 0) return 0;
  const within = batches === null || batches === 0 ? 0 : Math.min(1, batch / batches);
  return Math.min(1, Math.max(0, epoch - 1 + within) / epochs);
}

/** The best of the loss that leads: on validation data where there are any. */
export function leadingBest(best: readonly Best[]): Best | null {
  return best.find((one) => one.metric === "val_loss") ?? best.find((one) => one.metric === "loss") ?? best.find((one) => isValidation(one.metric)) ?? null;
}
