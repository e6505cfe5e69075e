// From a card to the first of its settings.
import { focusedElement } from "../shared/deep";

const FIELD = ".kw-inspector [data-field]:not(:disabled)";
/** How long the form of a card that was just chosen may take, in ms. */
const PATIENCE = 2000;

/** The tab of the settings, while another one is open. */
const OTHER_TAB = '[data-testid="kw-tab-settings"][aria-selected="false"]';

/** Gives the focus to the first setting of what is chosen, as soon as its form is there, unless the focus goes elsewhere first. */
export function goToSettings(part: Element): void {
  const root = part.closest(".kw-root");
  if (root === null) return;
  const before = focusedElement();
  const take = () => {
    // Another tab than that of the settings may have been open last.
    root.querySelector<HTMLElement>(OTHER_TAB)?.click();
    const field = root.querySelector<HTMLElement>(FIELD);
    if (field === null && focusedElement() === before) return;
    observer.disconnect();
    if (field === null || focusedElement() !== before) return;
    field.focus();
    if (field instanceof HTMLInputElement) field.select();
  };
  const observer = new MutationObserver(take);
  observer.observe(root, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), PATIENCE);
  take();
}
