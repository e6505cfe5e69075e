// What all charts of a page share: how they are drawn, where they are zoomed, and what the pointer is over.
export interface View {
  /** 0 to 1. */
  smoothing: number;
  log: boolean;
  /** Show first values that lie far above the rest. */
  whole: boolean;
  /** Epochs from and to; null: the whole run. */
  zoom: { from: number; to: number } | null;
}

const FIRST: View = { smoothing: 0.6, log: false, whole: false, zoom: null };

/** One store a page: charts draw outside of React's tree and look here when they do. */
export class ChartView {
  private view = FIRST;
  private readonly listeners = new Set<() => void>();

  get = (): View => this.view;

  set = (change: Partial<View>): void => {
    this.view = { ...this.view, ...change };
    for (const listener of this.listeners) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}
