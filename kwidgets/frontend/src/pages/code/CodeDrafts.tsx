// Holds typed text above the pages, and which language is shown.
import { createContext, type ReactNode, type RefObject, useCallback, useContext, useMemo, useRef, useState } from "react";
import type { Dialect, Texts } from "../../shared/messages";
import { useDraft, useLeftBehind } from "../../shared/useDraft";
import { words } from "../../shared/words";
import { changedDrafts, type Draft, type DraftAction, type Drafts, NO_DRAFTS } from "./drafts";
import type { Format } from "./tokens";

interface Shelf {
  drafts: Drafts;
  change: (action: DraftAction) => void;
  /** Offers again what was typed in the view that stood here before. */
  lookBehind: () => void;
  format: Format;
  setFormat: (format: Format) => void;
  /** Of the Python; null: as it was typed. */
  dialect: Dialect | null;
  setDialect: (dialect: Dialect | null) => void;
  /** The texts as they came last: a kernel that is gone cannot be asked for them. */
  last: RefObject<Texts | null>;
}

const NAME = "code";
const Context = createContext<Shelf | null>(null);

/** The texts as far as they are known once the YAML is this: the frame asks for no other. */
export function knowing(texts: Texts | null, yaml: string): Texts {
  if (texts?.yaml === yaml) return texts;
  const rest = { dialect: null, typed: [], anew: [], unkept: [], lacks: [], lines: {} };
  return { version: texts?.version ?? 0, yaml, json: words.code.onlyYaml, python: words.code.onlyYaml, ...rest };
}

/** Stands around all pages of a builder. */
export function CodeDrafts({ children }: { children: ReactNode }) {
  const { value, now, set } = useDraft<Drafts>(NAME);
  const leftBehind = useLeftBehind(NAME);
  const drafts = value ?? NO_DRAFTS;
  const change = useCallback((action: DraftAction) => set(changedDrafts(now() ?? NO_DRAFTS, action)), [now, set]);
  const lookBehind = useCallback(() => {
    const before = leftBehind() as Drafts | null;
    if (before !== null) change({ do: "inherit", before });
  }, [change, leftBehind]);
  const [format, setFormat] = useState<Format>("yaml");
  const [dialect, setDialect] = useState<Dialect | null>(null);
  const last = useRef<Texts | null>(null);
  const shelf = useMemo(
    () => ({ drafts, change, lookBehind, format, setFormat, dialect, setDialect, last }),
    [drafts, change, lookBehind, format, dialect],
  );
  return <Context.Provider value={shelf}>{children}</Context.Provider>;
}

export function useDrafts(): Shelf {
  const shelf = useContext(Context);
  if (shelf === null) throw new Error("kwidgets: the code page stands outside of its drafts");
  return shelf;
}

/** Whether there is text that was typed and not used: for a dot on the page's name. */
export function useHasDraft(): boolean {
  const drafts = useContext(Context)?.drafts.now;
  return drafts !== undefined && Object.values<Draft | undefined>(drafts).some((draft) => draft !== undefined);
}
