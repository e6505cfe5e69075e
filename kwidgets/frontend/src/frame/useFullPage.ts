// The builder over the whole window. Its host element moves into the page's body, for a cell may clip or shift what it holds.
import { useCallback, useEffect, useRef, useState } from "react";

export function useFullPage(host: HTMLElement): { full: boolean; toggle: () => void } {
  const [full, setFull] = useState(false);
  const home = useRef<{ parent: Node; keeper: HTMLElement } | null>(null);
  const leave = useCallback(() => {
    host.classList.remove("kw-full");
    home.current?.parent.replaceChild(host, home.current.keeper);
    home.current = null;
  }, [host]);
  const toggle = useCallback(() => {
    setFull(home.current === null);
    if (home.current !== null) {
      leave();
      return;
    }
    const parent = host.parentNode;
    if (parent === null) return;
    // A box of the same height keeps the notebook from jumping.
    const keeper = document.createElement("div");
    keeper.style.height = `${host.offsetHeight}px`;
    parent.replaceChild(keeper, host);
    home.current = { parent, keeper };
    host.classList.add("kw-full");
    document.body.append(host);
    host.querySelector<HTMLElement>(".kw-canvas")?.focus();
  }, [host, leave]);
  useEffect(
    () => () => {
      if (home.current !== null) host.remove();
    },
    [host],
  );
  return { full, toggle };
}
