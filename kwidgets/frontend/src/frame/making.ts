// A layer that is being made, for what is asked for before it is there.

/** What is on its way to the canvas. */
export interface Making {
  /** The card behind which the next layer would stand if this one were not made. */
  after: string | null;
  /** The last card that was made; null where none was. */
  made: Promise<string | null>;
}

/** The answer to what is to stand behind `after`: the card that is being made there, once it is there; else null. */
export function madeBehind(making: Making | null, after: string | null): Promise<string | null> | null {
  return making !== null && making.after === after ? making.made : null;
}
