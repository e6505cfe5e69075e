// A run to try things on.
import type { KeptRun } from "../../shared/messages";

export function run(number: number, more: Partial<KeptRun> = {}): KeptRun {
  return {
    id: `run-${number}`, number, document: "digits", began: 1_700_000_000 + 60 * number, ended: null, seconds: number, state: "finished", epochs: 10, planned: 10,
    values: {}, settings: {}, tags: [], note: "", hidden: false, parent: null, bytes: 1000, ...more,
  };
}
