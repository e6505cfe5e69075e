// What is asked of a file before its text goes to Python.
export type ModelFormat = "yaml" | "json";

export const ENDINGS = ".yaml,.yml,.json";
/** More than any model's text has. */
export const MOST_BYTES = 20 * 2 ** 20;

/** Whether a file holds weights: these are read where the kernel is, whatever their size. */
export const withWeights = (name: string): boolean => /\.(h5|hdf5)$/i.test(name);

/** The language of a file by its ending; null: it is none of ours. */
export function formatOf(name: string): ModelFormat | null {
  if (/\.ya?ml$/i.test(name)) return "yaml";
  return /\.json$/i.test(name) ? "json" : null;
}
