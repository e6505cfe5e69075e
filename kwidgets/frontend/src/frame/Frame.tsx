// The frame of the builder: top bar, the page, the dock; one height that never jumps.
import { type CSSProperties, type ReactNode, useCallback, useState } from "react";
import { Canvas } from "../canvas/Canvas";
import { Dock, type DockTab } from "../dock/Dock";
import { Inspector } from "../inspector/Inspector";
import { CodePage } from "../pages/code/CodePage";
import { DataPage } from "../pages/data/DataPage";
import { ResultsPage } from "../pages/results/ResultsPage";
import { RunsPage } from "../pages/runs/RunsPage";
import { StartPage } from "../pages/start/StartPage";
import { type Curves, TrainPage } from "../pages/train";
import { Palette } from "../palette/Palette";
import { SearchBox } from "../search/SearchBox";
import { useGraph } from "../shared/context";
import { words } from "../shared/words";
import { type Page, useBuilder } from "./BuilderContext";
import { BeforeLine } from "./BeforeLine";
import { DocumentLine } from "./DocumentLine";
import { HealthLine } from "./HealthLine";
import { SaidHint } from "./SaidHint";
import { KeysSheet } from "./KeysSheet";
import { useDoor } from "./CanvasDoor";
import { CommandsProvider, useNamedCommands } from "./CommandsContext";
import { TopBar } from "./TopBar";
import { useClipboard, useFrameKeys } from "./useFrameKeys";
import { Grip, useHeight } from "./Grip";

export interface FullPage {
  full: boolean;
  toggle: () => void;
}

export function Frame({ curves, fullPage }: { curves: Curves; fullPage: FullPage }) {
  const [keysShown, setKeysShown] = useState(false);
  const showKeys = useCallback(() => setKeysShown(true), []);
  return (
    <CommandsProvider showKeys={showKeys}>
      <Body curves={curves} fullPage={fullPage} keysShown={keysShown} setKeysShown={setKeysShown} />
    </CommandsProvider>
  );
}

interface BodyProps {
  curves: Curves;
  fullPage: FullPage;
  keysShown: boolean;
  setKeysShown: (shown: boolean) => void;
}

function Body({ curves, fullPage, keysShown, setKeysShown }: BodyProps) {
  const { page, search, openSearch } = useBuilder();
  const [dock, setDock] = useState<DockTab | null>(null);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const { height, setHeight } = useHeight();
  const door = useDoor();
  // What had the focus goes away: the keys must go on working.
  const closeSearch = useCallback(() => {
    openSearch(null);
    door.current?.place.current?.focus();
  }, [door, openSearch]);
  const keys = useFrameKeys();
  const clipboard = useClipboard();
  const pages: Record<Page, () => ReactNode> = {
    build: () => <BuildPage paletteOpen={paletteOpen} closePalette={() => setPaletteOpen(false)} />,
    data: () => <DataPage />,
    train: () => <TrainPage curves={curves} />,
    results: () => <ResultsPage />,
    runs: () => <RunsPage />,
    code: () => <CodePage />,
  };
  return (
    <div className="kw-frame" style={{ "--kw-height": `${height}px` } as CSSProperties} {...keys} {...clipboard} data-page={page}>
      <TopBar fullPage={fullPage} openPalette={() => setPaletteOpen(!paletteOpen)} showProblems={() => setDock("problems")} showKeys={() => setKeysShown(true)} />
      <HealthLine />
      <BeforeLine />
      <DocumentLine />
      <div role="tabpanel" tabIndex={-1} className="kw-page" aria-label={words.frame.pages[page]} data-testid="kw-page">
        {pages[page]()}
        {page !== "build" && <SaidHint />}
      </div>
      <Dock open={dock} choose={setDock} />
      {search !== null && <SearchBox key={`${search.at.x} ${search.at.y}`} request={search} close={closeSearch} />}
      {keysShown && <KeysSheet close={() => setKeysShown(false)} />}
      {!fullPage.full && <Grip height={height} setHeight={setHeight} />}
    </div>
  );
}

function BuildPage({ paletteOpen, closePalette }: { paletteOpen: boolean; closePalette: () => void }) {
  const { order } = useGraph();
  const { openSearch, search: searching, offered, selected, select, wires } = useBuilder();
  const empty = order.length === 0;
  const door = useDoor();
  const [findCommand] = useNamedCommands(["find"]);
  const find = () => findCommand?.run();
  const connect = (id: string) => {
    door.current?.linking.begin(id);
    door.current?.place.current?.focus();
  };
  const search = (field: HTMLElement) => {
    const box = field.getBoundingClientRect();
    const after = selected.size === 1 ? ([...selected][0] ?? null) : (order[order.length - 1] ?? null);
    openSearch({ at: { x: box.left - 6, y: box.top - 6 }, position: null, after, wire: [...wires][0] ?? null });
  };
  return (
    <div className={`kw-build ${paletteOpen ? "kw-palette-open" : ""} ${selected.size > 0 ? "kw-sheet-open" : ""}`} onClick={(event) => paletteOpen && closeUnless(event.target as HTMLElement, closePalette)}>
      <Palette openSearch={search} />
      <div className="kw-middle">
        <Canvas />
        {empty && <StartPage />}
        <SaidHint />
      </div>
      <Inspector close={() => select([])} offered={searching === null ? null : offered} onFind={find} onConnect={connect} />
    </div>
  );
}

/** The palette that lies over the canvas goes when something else is pressed. */
function closeUnless(target: HTMLElement, close: () => void): void {
  if (target.closest(".kw-palette") === null) close();
}
