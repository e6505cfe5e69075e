// What the data that are trained on are called.
import type { Data } from "../../shared/messages";

/** The name of a ready set or a file; of the notebook's arrays their own names. */
export function dataName({ source, sources, inputs }: Pick<Data, "source" | "sources" | "inputs">): string {
  const kind = sources.find(({ name }) => name === source)?.kind;
  if (source !== null && kind !== "notebook") return source;
  return [...new Set(Object.values(inputs).filter((key) => key !== null))].join(", ");
}
