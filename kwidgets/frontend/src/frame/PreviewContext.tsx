// How the canvas would look after a change that a person points at: a mend under the mouse, a setting that is being typed.
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import type { Preview } from "../shared/messages";

const Shown = createContext<Preview | null>(null);
const Show = createContext<(preview: Preview) => () => void>(() => () => undefined);

/** Of several at once, as one by the focus and one by the mouse, the last is shown. Two contexts, so that what sets one is not drawn anew with it. */
export function PreviewProvider({ children }: { children: ReactNode }) {
  const [previews, set] = useState<readonly Preview[]>([]);
  const show = useCallback((preview: Preview) => {
    set((before) => [...before, preview]);
    return () => set((before) => before.filter((one) => one !== preview));
  }, []);
  return <Show.Provider value={show}><Shown.Provider value={previews[previews.length - 1] ?? null}>{children}</Shown.Provider></Show.Provider>;
}

export function usePreview(): Preview | null {
  return useContext(Shown);
}

/** Shows a preview while there is one and the component stands. */
export function useShowPreview(preview: Preview | null): void {
  const show = useContext(Show);
  useEffect(() => (preview === null ? undefined : show(preview)), [show, preview]);
}
