// Names and values of metrics as people say them.
import { numberText } from "../../shared/figures";

const VALIDATION = "val_";

export const isValidation = (name: string): boolean => name.startsWith(VALIDATION);
export const baseOf = (name: string): string => (isValidation(name) ? name.slice(VALIDATION.length) : name);

/** Whether values are shares, which are written in percent; larger is better then. */
export const isShare = (name: string): boolean => /(^|_)(acc|accuracy|precision|recall|auc)($|_)/.test(baseOf(name)) || baseOf(name).endsWith("accuracy");

/** A value with as many digits as its kind needs, so that its width stays while it changes. */
export function valueText(name: string, value: number): string {
  if (isShare(name) && value >= 0 && value <= 1) return `${(100 * value).toFixed(1)} %`;
  if (value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4)) return value.toFixed(Math.abs(value) < 10 ? 4 : Math.abs(value) < 100 ? 3 : 1);
  return numberText(value);
}

/** A difference, without its sign. */
export function stepText(name: string, value: number): string {
  const size = Math.abs(value);
  if (isShare(name) && size <= 1) return `${(100 * size).toFixed(1)} %`;
  return size >= 1e-3 && size < 1e4 ? String(Number(size.toPrecision(2))) : numberText(Number(size.toPrecision(2)));
}

/** A learning rate without trailing noise: 0.001, 3e-5. */
export function rateText(rate: number): string {
  const plain = Number(rate.toPrecision(4));
  return plain >= 1e-4 && plain < 1e5 ? String(plain) : plain.toExponential().replace("+", "");
}

/** Names of the values to show: each with its validation value behind it, the loss first, without the learning rate. */
export function inOrder(names: readonly string[]): string[] {
  const bases = [...new Set(names.map(baseOf))].filter((base) => base !== "lr");
  bases.sort((one, other) => Number(other === "loss") - Number(one === "loss"));
  return bases.flatMap((base) => [base, `${VALIDATION}${base}`]).filter((name) => names.includes(name));
}

/** The loss and the share (accuracy) by which runs are compared: on validation data where there are any. */
export function columnsOf(names: readonly string[]): { loss: string | null; share: string | null } {
  const first = (wanted: (name: string) => boolean) => inOrder(names).filter(wanted);
  const preferred = (found: readonly string[]) => found.find(isValidation) ?? found[0] ?? null;
  return { loss: preferred(first((name) => baseOf(name) === "loss")), share: preferred(first(isShare)) };
}
