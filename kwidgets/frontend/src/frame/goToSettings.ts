// From a card to the first of its settings.

/** Gives the focus to the first setting of what is chosen; false where it has none. */
export function goToSettings(part: Element): boolean {
  const field = part.closest(".kw-root")?.querySelector<HTMLElement>(".kw-inspector [data-field]:not(:disabled)");
  field?.focus();
  if (field instanceof HTMLInputElement) field.select();
  return field !== undefined && field !== null;
}
