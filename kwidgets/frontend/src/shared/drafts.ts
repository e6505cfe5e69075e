// What was typed and not sent yet. It lies outside of the parts that show it, so that none takes it along when it goes away.

/** Values by the name of their field, for parts that are told when theirs changes. */
export class Drafts {
  private readonly values = new Map<string, unknown>();
  private readonly listeners = new Set<() => void>();

  get(name: string): unknown {
    return this.values.get(name) ?? null;
  }

  /** null: there is nothing typed any more. */
  set(name: string, value: unknown): void {
    if (value === null) this.values.delete(name);
    else this.values.set(name, value);
    for (const changed of this.listeners) changed();
  }

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };
}

/**
 * What the views of a page left behind: for another view of the same widget, and, where a kernel that was started anew
 * made another widget, for the one in the same cell.
 */
export class Shelf {
  private readonly ofWidgets = new Map<string, Drafts[]>();
  private readonly ofCells = new WeakMap<Element, Drafts>();

  put(widget: string, cell: Element | null, drafts: Drafts): void {
    this.ofWidgets.set(widget, [...(this.ofWidgets.get(widget) ?? []), drafts]);
    if (cell !== null) this.ofCells.set(cell, drafts);
  }

  /** What a view of this widget left behind last, which then belongs to the one that asks. */
  take(widget: string): Drafts | null {
    const left = this.ofWidgets.get(widget) ?? [];
    const drafts = left.at(-1) ?? null;
    this.ofWidgets.set(widget, left.slice(0, -1));
    return drafts;
  }

  /** What was typed in the view that stood in a cell before, for the first that asks. */
  takeFrom(cell: Element): Drafts | null {
    const drafts = this.ofCells.get(cell) ?? null;
    this.ofCells.delete(cell);
    return drafts;
  }
}
