// Notebooks change their theme without reloading the page: by attributes and classes, or with the system's setting.
const QUERIES = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"];

/** Call `changed` after each change of theme; gives a function that ends it. */
export function whenThemeChanges(changed: () => void): () => void {
  const attributes = new MutationObserver(changed);
  const watched = { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name", "data-theme"] };
  attributes.observe(document.body, watched);
  attributes.observe(document.documentElement, watched);
  const queries = QUERIES.map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    attributes.disconnect();
    for (const query of queries) query.removeEventListener("change", changed);
  };
}
