// How the canvas would look after a change that a person points at: a mend under the mouse, a setting that is being typed.
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Preview } from "../shared/messages";

const Shown = createContext<Preview | null>(null);
const Show = createContext<(preview: Preview | null) => void>(() => undefined);

/** Two contexts, so that what sets a preview is not drawn anew with it. */
export function PreviewProvider({ children }: { children: ReactNode }) {
  const [preview, show] = useState<Preview | null>(null);
  return <Show.Provider value={show}><Shown.Provider value={preview}>{children}</Shown.Provider></Show.Provider>;
}

export function usePreview(): Preview | null {
  return useContext(Shown);
}

/** Shows a preview while there is one and the component stands. */
export function useShowPreview(preview: Preview | null): void {
  const show = useContext(Show);
  useEffect(() => {
    if (preview === null) return;
    show(preview);
    return () => show(null);
  }, [show, preview]);
}
