// The settings that the inspector shows of what the search offers, as a walk by keys meets them.
const FIELDS = "[data-offer] :is(input, select, textarea):not(:disabled)";

export const offerFields = (root: HTMLElement | null): HTMLElement[] => [...(root?.querySelectorAll<HTMLElement>(FIELDS) ?? [])];
