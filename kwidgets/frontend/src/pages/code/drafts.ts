// Text that was typed and not used yet: kept for each language, so that no page switch and no change of the graph loses it.
import type { Refusal } from "../../shared/messages";
import type { Format } from "./tokens";

/** base: the graph's text when the typing began. refusal: why the text was not taken. model: which one of a program's is meant. */
export interface Draft {
  text: string;
  base: string;
  refusal: Refusal | null;
  model?: string | undefined;
}

/** gone: what was last put away, so that it can be brought back. */
export interface Drafts {
  now: Readonly<Partial<Record<Format, Draft>>>;
  gone: Readonly<Partial<Record<Format, Draft>>>;
}

export type DraftAction =
  | { do: "type"; format: Format; text: string; graphs: string }
  | { do: "refuse"; format: Format; text: string; refusal: Refusal }
  | { do: "keep"; format: Format; graphs: string }
  | { do: "choose"; format: Format; text: string; graphs: string; model: string }
  | { do: "putAway" | "bringBack"; format: Format }
  | { do: "used"; format: Format; text: string }
  | { do: "inherit"; before: Drafts };

export const NO_DRAFTS: Drafts = { now: {}, gone: {} };

export function changedDrafts(drafts: Drafts, action: DraftAction): Drafts {
  // Of another model: it can be brought back, and never stands in for this one's text by itself.
  if (action.do === "inherit") return { ...drafts, gone: { ...action.before.gone, ...written(action.before.now), ...written(drafts.gone) } };
  const { format } = action;
  const now = drafts.now[format];
  switch (action.do) {
    case "type": {
      // What equals the graph's text is nothing of one's own.
      const typed = action.text === action.graphs ? undefined : { text: action.text, base: now?.base ?? action.graphs, refusal: null, model: now?.model };
      return { ...drafts, now: { ...drafts.now, [format]: typed } };
    }
    case "refuse":
      // Typing went on meanwhile: then the refusal is not of this text.
      return now?.text === action.text ? { ...drafts, now: { ...drafts.now, [format]: { ...now, refusal: action.refusal } } } : drafts;
    case "choose":
      return { ...drafts, now: { ...drafts.now, [format]: { text: action.text, base: now?.base ?? action.graphs, refusal: null, model: action.model } } };
    case "keep":
      return now === undefined ? drafts : { ...drafts, now: { ...drafts.now, [format]: { ...now, base: action.graphs } } };
    case "putAway":
      return now === undefined ? drafts : { now: { ...drafts.now, [format]: undefined }, gone: { ...drafts.gone, [format]: now } };
    case "bringBack":
      return { now: { ...drafts.now, [format]: drafts.gone[format] }, gone: { ...drafts.gone, [format]: undefined } };
    case "used":
      return now?.text === action.text ? { now: { ...drafts.now, [format]: undefined }, gone: { ...drafts.gone, [format]: undefined } } : drafts;
  }
}

/** Those that there are: one that was taken away must not hide another. */
function written(drafts: Drafts["now"]): Drafts["now"] {
  return Object.fromEntries(Object.entries<Draft | undefined>(drafts).filter(([, draft]) => draft !== undefined));
}
