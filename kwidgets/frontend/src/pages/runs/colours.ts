// Which colour each drawn run has.

/** Colours that can be told apart. */
export const COLOURS = 6;

/**
 * Colours of the runs that are drawn now: each keeps the one it had, a new one gets the colour that the fewest of the others
 * have. Runs that are drawn no more keep theirs in mind, for when they are drawn again and it is free.
 */
export function coloured(before: ReadonlyMap<string, number>, drawn: readonly string[]): ReadonlyMap<string, number> {
  if (drawn.every((id) => before.has(id))) return before;
  const used = new Array<number>(COLOURS).fill(0);
  for (const id of drawn) {
    const colour = before.get(id);
    if (colour !== undefined) used[colour] = (used[colour] ?? 0) + 1;
  }
  const after = new Map(before);
  for (const id of drawn) {
    if (after.has(id)) continue;
    const colour = used.indexOf(Math.min(...used));
    used[colour] = (used[colour] ?? 0) + 1;
    after.set(id, colour);
  }
  return after;
}
