// Text fields that come with the next state from Python.

const PATIENCE = 2000;

/** Chooses the text of a field as soon as it stands inside an element. */
export function whenThere(inside: HTMLElement | null, selector: string): void {
  if (inside === null) return;
  const take = () => {
    const field = inside.querySelector<HTMLTextAreaElement>(selector);
    if (field === null) return;
    observer.disconnect();
    field.select();
  };
  const observer = new MutationObserver(take);
  observer.observe(inside, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), PATIENCE);
  take();
}
