// What the parts of a builder share with each other and not with Python: the page shown, what is chosen, the open search.
import type { Viewport } from "@xyflow/react";
import { createContext, type ReactNode, type RefObject, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useAsk, useGraph } from "../shared/context";
import type { Consequences, Json, Point, Refusal, SearchRow } from "../shared/messages";
import { madeBehind, type Making } from "./making";

export const PAGES = ["build", "data", "train", "results", "runs", "code"] as const;
export type Page = (typeof PAGES)[number];

/** Where the search box is to open and what it starts from. at: a place of the page; position: of the canvas. */
export interface SearchRequest {
  at: { x: number; y: number };
  position: Point | null;
  after: string | null;
  wire: string | null;
  /** Only look for layers of the model; none is added. */
  find?: boolean;
  /** Whether `after` is to become a card that is being made. */
  waits?: boolean;
}

/** A wire drawn into space branches off: it must not take over what its source feeds already. */
export function branches({ after, position }: SearchRequest): boolean {
  return after !== null && position !== null;
}

/** The row of the search that Enter would take, and what it would change of the other layers; null until that is known. */
export interface Offered {
  row: SearchRow;
  brings: Consequences | null;
  /** Gives the new layer another setting; with the reason where it may not have it. */
  set: (name: string, value: Json) => Promise<Refusal | null>;
  /** Adds it as it is by then. */
  add: (beside: boolean) => void;
  /** Back to the search's text. */
  leave: () => void;
}

/** What was just undone or done again, in words; `times` tells two of the same apart. */
export interface Said {
  text: string;
  times: number;
}

/** What outlives the canvas while another page is shown, so that it stands as it was left. */
export interface CanvasMemory {
  view: Viewport | null;
  /** Whether a person has moved the view: it is not fitted again then. */
  theirs: boolean;
  /** How small the view may be made to show all of the graph. */
  least: number;
  /** The size of the canvas that Python knows. */
  told: { width: number; height: number };
  /** The request for a card that was answered last. */
  reached: BuilderShared["shown"];
}

/** The least zoom at which letters stay legible. */
export const LEAST_ZOOM = 0.85;

export interface BuilderShared {
  page: Page;
  go: (page: Page) => void;
  /** Ids of chosen cards; those that are gone are left out. */
  selected: ReadonlySet<string>;
  select: (ids: readonly string[]) => void;
  /** What is on its way to the canvas and not chosen there yet. */
  making: RefObject<Making | null>;
  makes: (making: Making) => void;
  /** Choose what was made by it. */
  chooseMade: (making: Making, ids: readonly string[]) => void;
  /** Ids of chosen wires. */
  wires: ReadonlySet<string>;
  selectWires: (ids: readonly string[]) => void;
  /** Choose a card, go to the canvas and bring it into view; what hides it is opened. An opened block is where it begins. */
  show: (id: string) => void;
  /** The card to bring into view; `times` tells two requests for the same one apart. */
  shown: { id: string; times: number } | null;
  canvas: RefObject<CanvasMemory>;
  search: SearchRequest | null;
  openSearch: (request: SearchRequest | null) => void;
  /** For the inspector to say what it brings. */
  offered: Offered | null;
  offer: (offered: Offered | null) => void;
  said: Said | null;
  say: (text: string | null) => void;
  /** Whether the name of a new block of what is chosen is asked for. */
  savingBlock: boolean;
  saveBlock: (asks: boolean) => void;
}

const BuilderContext = createContext<BuilderShared | null>(null);

export function useBuilder(): BuilderShared {
  const shared = useContext(BuilderContext);
  if (shared === null) throw new Error("kwidgets: a component stands outside of the builder");
  return shared;
}

export function BuilderProvider({ children }: { children: ReactNode }) {
  const { cards, head, wires: allWires } = useGraph();
  const { ask } = useAsk();
  const [page, go] = useState<Page>("build");
  const { chosen, select, making, makes, chooseMade } = useChosen(cards);
  const [shown, setShown] = useState<BuilderShared["shown"]>(null);
  const canvas = useRef<CanvasMemory>({ view: null, theirs: false, least: LEAST_ZOOM, told: { width: 0, height: 0 }, reached: null });
  const [search, openSearch] = useSearch(making);
  const [offered, offer] = useState<Offered | null>(null);
  const selected = useMemo(() => new Set(chosen.filter((id) => cards.has(id))), [chosen, cards]);
  const [chosenWires, selectWires] = useState<readonly string[]>([]);
  const wires = useMemo(() => new Set(chosenWires.filter((id) => allWires.has(id))), [chosenWires, allWires]);
  const [said, say] = useSaid();
  const [savingBlock, saveBlock] = useState(false);
  useEffect(() => saveBlock(false), [chosen]);
  const latest = useRef({ cards, head });
  useEffect(() => {
    latest.current = { cards, head };
  });
  const show = useCallback(
    (id: string) => {
      go("build");
      const { cards: known, head } = latest.current;
      const opened = known.has(id) ? undefined : head.frames.find((frame) => frame.id === id);
      const first = opened === undefined ? undefined : [...known.values()].find((card) => card.inside === opened.id);
      const there = first?.id ?? id;
      select([there]);
      setShown((before) => ({ id: there, times: (before?.times ?? 0) + 1 }));
      if (!known.has(there)) void ask("reveal", { node: there });
    },
    [ask, select],
  );
  const shared = useMemo(
    () => ({ page, go, selected, select, making, makes, chooseMade, wires, selectWires, show, shown, canvas, search, openSearch, offered, offer, said, say, savingBlock, saveBlock }),
    [page, selected, select, making, makes, chooseMade, wires, show, shown, search, openSearch, offered, said, say, savingBlock],
  );
  return <BuilderContext.Provider value={shared}>{children}</BuilderContext.Provider>;
}

/** Which cards are chosen, by a person or because they were just made. */
function useChosen(cards: ReadonlyMap<string, unknown>): Pick<BuilderShared, "select" | "making" | "makes" | "chooseMade"> & { chosen: readonly string[] } {
  const [chosen, set] = useState<readonly string[]>([]);
  const making = useRef<Making | null>(null);
  const select = useCallback((ids: readonly string[]) => {
    making.current = null;
    set(ids);
  }, []);
  const makes = useCallback((next: Making) => {
    making.current = next;
    // Refused: nothing will come.
    void next.made.then((made) => made === null && making.current === next && (making.current = null));
  }, []);
  const latest = useRef<{ of: Making; ids: readonly string[] } | null>(null);
  const chooseMade = useCallback((of: Making, ids: readonly string[]) => {
    // A person who has chosen another card meanwhile goes on there.
    if (ids.length === 0 || making.current !== of) return;
    latest.current = { of, ids };
    set(ids);
  }, []);
  useEffect(() => {
    const made = latest.current;
    // Not where the next is being made already.
    if (made?.ids === chosen && made.of === making.current && chosen.some((id) => cards.has(id))) making.current = null;
  }, [cards, chosen]);
  return { chosen, select, making, makes, chooseMade };
}

/** The open search; one that was opened while a layer is being made goes on behind that layer. */
function useSearch(making: RefObject<Making | null>): [SearchRequest | null, BuilderShared["openSearch"]] {
  const [search, set] = useState<SearchRequest | null>(null);
  const open = useCallback(
    (request: SearchRequest | null) => {
      const made = request === null || request.wire !== null || request.position !== null ? null : madeBehind(making.current, request.after);
      if (request === null || made === null) return set(request);
      const waiting = { ...request, waits: true };
      set(waiting);
      void made.then((after) => set((now) => (now === waiting ? { ...request, after: after ?? request.after } : now)));
    },
    [making],
  );
  return [search, open];
}

function useSaid(): [Said | null, BuilderShared["say"]] {
  const [said, set] = useState<Said | null>(null);
  const say = useCallback((text: string | null) => set((before) => (text === null ? null : { text, times: (before?.times ?? 0) + 1 })), []);
  return [said, say];
}
