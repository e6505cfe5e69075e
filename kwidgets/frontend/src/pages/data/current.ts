// Which source the page shows.
import type { Data, Source } from "../../shared/messages";

/** The chosen one; while none is chosen, names are those of the notebook. */
export function currentOf({ sources, source, source_kind }: Data): Source | undefined {
  if (source === null) return sources.find(({ kind }) => kind === "notebook");
  return sources.find(({ name, kind }) => name === source && (source_kind === null || kind === source_kind));
}
