// What a new layer would change of the others, in words: on the inspector's page and, shorter, at the foot of the search.
import { countText, shapeText } from "../shared/figures";
import type { Consequences, LayerChange } from "../shared/messages";
import { words } from "../shared/words";

export interface Figures {
  before: string;
  after: string;
  unit: string;
}

/** The figures of a layer that would be others, before and after. */
export function figuresOf({ shapes, parameters }: LayerChange): Figures[] {
  const [shapeBefore, shapeAfter] = shapes ?? [];
  const [before, after] = parameters ?? [];
  return [
    ...(shapeBefore === undefined || shapeAfter === undefined ? [] : [{ before: shapeText(shapeBefore), after: shapeText(shapeAfter), unit: "" }]),
    ...(before === undefined || after === undefined ? [] : [{ before: countText(before), after: countText(after), unit: words.palette.brings.parameters }]),
  ];
}

/** The whole model's parameters, where the command changes them. */
export function modelFigures({ parameters }: Consequences): Figures | null {
  const [before, after] = parameters ?? [];
  if (before === undefined || after === undefined || before === after) return null;
  return { before: countText(before), after: countText(after), unit: words.palette.brings.parameters };
}

const inText = ({ before, after, unit }: Figures) => `${before} → ${after}${unit === "" ? "" : ` ${unit}`}`;

/** Whether something would be worse than before. */
export const isWorse = ({ impossible, appear, waiting }: Consequences): boolean => impossible !== null || appear.length > 0 || waiting > 0;

/** In one line: what would become wrong first, then what changes, then what would be mended. */
export function shortly(brings: Consequences): string {
  const { brings: say } = words.palette;
  if (brings.impossible !== null) return brings.impossible;
  const changes = brings.changed.map((change) => `${change.title} ${figuresOf(change).map(inText).join(", ")}`);
  const model = modelFigures(brings);
  const parts = [
    ...brings.appear,
    ...brings.needs,
    ...(brings.waiting > 0 ? [say.waiting(brings.waiting)] : []),
    ...(changes.length > 0 ? [`${say.below} ${changes.join(", ")}${brings.more > 0 ? `, ${say.more(brings.more)}` : ""}.`] : []),
    ...brings.vanish.map(say.mended),
    ...(changes.length === 0 && model !== null ? [`${say.model} ${inText(model)}.`] : []),
  ];
  return parts.length > 0 ? parts.join(" ") : say.nothing;
}
