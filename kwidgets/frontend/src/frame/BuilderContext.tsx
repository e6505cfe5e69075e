// What the parts of a builder share with each other and not with Python: the page shown, what is chosen, the open search.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { useGraph } from "../shared/context";
import type { Point, SearchRow } from "../shared/messages";

export const PAGES = ["build", "data", "train", "runs", "code"] as const;
export type Page = (typeof PAGES)[number];

/** Where the search box is to open and what it starts from. at: a place of the page; position: of the canvas. */
export interface SearchRequest {
  at: { x: number; y: number };
  position: Point | null;
  after: string | null;
  wire: string | null;
}

export interface BuilderShared {
  page: Page;
  go: (page: Page) => void;
  /** Ids of chosen cards; those that are gone are left out. */
  selected: ReadonlySet<string>;
  select: (ids: readonly string[]) => void;
  /** Choose a card, go to the canvas and bring it into view. */
  show: (id: string) => void;
  /** The card to bring into view; `times` tells two requests for the same one apart. */
  shown: { id: string; times: number } | null;
  search: SearchRequest | null;
  openSearch: (request: SearchRequest | null) => void;
  /** The row of the search that Enter would take, for the inspector to say what it brings. */
  offered: SearchRow | null;
  offer: (row: SearchRow | null) => void;
}

const BuilderContext = createContext<BuilderShared | null>(null);

export function useBuilder(): BuilderShared {
  const shared = useContext(BuilderContext);
  if (shared === null) throw new Error("kwidgets: a component stands outside of the builder");
  return shared;
}

export function BuilderProvider({ children }: { children: ReactNode }) {
  const { cards } = useGraph();
  const [page, go] = useState<Page>("build");
  const [chosen, select] = useState<readonly string[]>([]);
  const [shown, setShown] = useState<BuilderShared["shown"]>(null);
  const [search, openSearch] = useState<SearchRequest | null>(null);
  const [offered, offer] = useState<SearchRow | null>(null);
  const selected = useMemo(() => new Set(chosen.filter((id) => cards.has(id))), [chosen, cards]);
  const show = useCallback((id: string) => {
    go("build");
    select([id]);
    setShown((before) => ({ id, times: (before?.times ?? 0) + 1 }));
  }, []);
  const shared = useMemo(
    () => ({ page, go, selected, select, show, shown, search, openSearch, offered, offer }),
    [page, selected, show, shown, search, offered],
  );
  return <BuilderContext.Provider value={shared}>{children}</BuilderContext.Provider>;
}
