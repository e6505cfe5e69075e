// How wide a wire is for the signal on it.
import type { CardSignal } from "../shared/messages";

export const WIRE_MODES = ["plain", "forward", "backward"] as const;
export type WireMode = (typeof WIRE_MODES)[number];
export type CardSignals = Readonly<Record<string, CardSignal>>;

/** Widths of the smallest and the largest signal, in px. */
const THIN = 1.2;
const WIDE = 7;
/** Gradients differ by powers of ten: so many of them lie between the thinnest and the widest wire. */
const DECADES = 6;

/** The size of the signal that a card gives, forward or back. */
export function sizeOf(signal: CardSignal | undefined, mode: WireMode): number | null {
  return signal === undefined || mode === "plain" ? null : mode === "forward" ? signal.forward : signal.backward;
}

/** The largest size of any card; 0 where there is none. */
export function largestOf(cards: CardSignals, mode: WireMode): number {
  return Object.values(cards).reduce((most, signal) => Math.max(most, sizeOf(signal, mode) ?? 0), 0);
}

/** The width of a wire in px; null for one without a signal. */
export function widthOf(size: number | null, largest: number, mode: WireMode): number | null {
  if (size === null || largest <= 0) return null;
  const share = size / largest;
  const part = mode === "forward" ? Math.sqrt(share) : share <= 0 ? 0 : Math.max(0, 1 + Math.log10(share) / DECADES);
  return THIN + (WIDE - THIN) * Math.min(part, 1);
}

/** A size in as few letters as a wire has room for: "0.71", "3.2e-5". */
export function sizeText(size: number): string {
  if (size === 0) return "0";
  return size >= 1e-3 && size < 1e4 ? String(Number(size.toPrecision(2))) : size.toExponential(0).replace("e+", "e");
}
