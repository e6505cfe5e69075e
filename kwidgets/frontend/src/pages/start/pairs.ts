// Which of the notebook's arrays look like an input and its target.
import type { ArrayEntry } from "../../shared/messages";

export interface Pair {
  input: ArrayEntry;
  target: ArrayEntry;
}

const isColumn = ({ shape }: ArrayEntry): boolean => shape.length === 1 || (shape.length === 2 && shape[1] === 1);
const begins = (array: ArrayEntry, letters: string): boolean => new RegExp(`^(${letters})`, "i").test(array.key);
const isTest = ({ key }: ArrayEntry): boolean => /test|val/i.test(key);

/** The likeliest input with a target of as many rows: by names (x, y), then by being a column; null: there is none. */
export function pairOf(arrays: readonly ArrayEntry[]): Pair | null {
  const inputs = sorted(arrays, (one) => (begins(one, "x|in|image|feature|data") ? 2 : 0) + (isColumn(one) ? 0 : 1) - (isTest(one) ? 4 : 0));
  for (const input of inputs) {
    const others = arrays.filter((one) => one !== input && one.shape[0] === input.shape[0]);
    const target = sorted(others, (one) => (begins(one, "y|label|target|out") ? 2 : 0) + (isColumn(one) ? 1 : 0))[0];
    if (target !== undefined) return { input, target };
  }
  return null;
}

function sorted(arrays: readonly ArrayEntry[], points: (one: ArrayEntry) => number): ArrayEntry[] {
  return [...arrays].sort((a, b) => points(b) - points(a));
}

/** The pair first, then the others in their order. */
export function inOrder(arrays: readonly ArrayEntry[], pair: Pair | null): ArrayEntry[] {
  const first = pair === null ? [] : [pair.input, pair.target];
  return [...first, ...arrays.filter((one) => !first.includes(one))];
}
