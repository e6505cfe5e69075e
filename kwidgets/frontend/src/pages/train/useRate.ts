// The one learning rate: that of the run while it goes on, else that of the settings.
import type { Reply } from "../../shared/connection";
import { useAsk, useTrait } from "../../shared/context";
import { isAlive } from "./runIs";

export interface Rate {
  value: number | null;
  /** Whether it can be changed from here. */
  free: boolean;
  /** Python takes numbers, and says what is wrong with anything else. */
  set: (value: number | string) => Promise<Reply<"learning_rate">>;
}

export function useRate(): Rate {
  const run = useTrait("run");
  // A dashboard has no settings of its own.
  const training = useTrait("training") as ReturnType<typeof useTrait<"training">> | undefined;
  const { ask } = useAsk();
  const alive = isAlive(run.state);
  const settings = training?.learning_rate ?? null;
  return {
    value: alive || settings === null ? run.learning_rate : settings,
    free: !run.blocking && run.state !== "stopping" && (alive || settings !== null),
    set: (value) => (alive ? ask("learning_rate", { value }) : ask("set_training", { learning_rate: value })),
  };
}
