// Sets up what the components share, keeps the notebook away from the keys, and chooses the view.
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { BuilderProvider } from "./frame/BuilderContext";
import { PreviewProvider } from "./frame/PreviewContext";
import { CanvasDoorProvider } from "./frame/CanvasDoor";
import { ErrorCard } from "./frame/ErrorCard";
import { Frame } from "./frame/Frame";
import { useFullPage } from "./frame/useFullPage";
import { useFocusKept } from "./frame/useFocusKept";
import { useKeysKept } from "./frame/useKeysKept";
import { CodeDrafts } from "./pages/code/CodeDrafts";
import { ResultsAlone } from "./pages/results/ResultsPage";
import { Curves, Dashboard } from "./pages/train";
import { Connection, isRefusal, type WidgetModel } from "./shared/connection";
import { SharedContext, useHealth, useShared } from "./shared/context";
import type { Drafts } from "./shared/drafts";
import { GraphStore } from "./shared/graph";
import type { Refusal } from "./shared/messages";
import { Toast } from "./shared/Toast";
import { useDraftsOfView } from "./shared/useDraft";
import { useStills } from "./shared/useStills";
import { words } from "./shared/words";

export function App({ model, host }: { model: WidgetModel; host: HTMLElement }) {
  const root = useRef<HTMLDivElement>(null);
  const [refusal, tell] = useState<Refusal | null>(null);
  const drafts = useDraftsOfView(String(model.get("_widget")), host);
  const { shared, curves, reload } = useParts(model, { root, drafts, tell });
  const fullPage = useFullPage(host);
  useKeysKept(host);
  useFocusKept(root);
  const view = model.get("view");
  return (
    <SharedContext.Provider value={shared}>
      <div
        ref={root} tabIndex={-1} className={`kw-root kw-${String(view)}`} data-testid="kw-root" lang={words.frame.language} dir={words.frame.direction}
        onKeyDownCapture={leaveComposing} onKeyDown={(event) => leaveByEscape(event, fullPage)} onContextMenu={keepMenu}
      >
        <CodeDrafts>
          <ErrorCard reload={reload} goBack={shared.store.goBack}>
            {view === "results" ? <ResultsAlone /> : view === "dashboard" ? <Dashboard curves={curves} /> : <Builder curves={curves} fullPage={fullPage} />}
            <Stills />
            <Toast refusal={refusal} close={() => tell(null)} />
          </ErrorCard>
        </CodeDrafts>
      </div>
    </SharedContext.Provider>
  );
}

/** The connection, the graph and the curves of this view; they listen while it is there. */
function useParts(model: WidgetModel, { root, drafts, tell }: { root: React.RefObject<HTMLDivElement | null>; drafts: Drafts; tell: (refusal: Refusal | null) => void }) {
  const parts = useMemo(() => {
    const store = new GraphStore(() => void whole());
    const connection = new Connection(model, () => store.graph?.head.version ?? 0);
    const whole = async () => {
      const reply = await connection.ask("graph");
      if (!isRefusal(reply)) store.apply(reply);
    };
    return { store, connection, whole, curves: new Curves() };
  }, [model]);
  const { store, connection, curves, whole } = parts;
  useEffect(() => {
    const close = connection.open();
    const stop = connection.onUnasked((message, buffers) => {
      if (message.kind === "graph") store.apply(message);
      else curves.add(message, buffers);
    });
    if (model.get("view") === "builder") void whole();
    if (model.get("view") !== "results") void connection.ask("points").then((reply) => !isRefusal(reply) && curves.add(reply, reply.buffers));
    return () => {
      stop();
      close();
    };
  }, [connection, curves, model, store, whole]);
  const shared = useMemo(() => ({ model, connection, store, drafts, tell, root: () => root.current }), [model, connection, store, drafts, tell, root]);
  return { shared, curves, reload: whole };
}

/** Keeps the notebook's still picture up to date. */
function Stills(): null {
  useStills();
  return null;
}

function Builder({ curves, fullPage }: { curves: Curves; fullPage: ReturnType<typeof useFullPage> }) {
  const { store } = useShared();
  const there = useSyncExternalStore(store.subscribe, useCallback(() => store.snapshot() !== null, [store]));
  const health = useHealth();
  if (!there) return <div className="kw-opening">{health === "well" ? words.frame.loading : words.frame[health]}</div>;
  return (
    <BuilderProvider>
      <CanvasDoorProvider>
        <PreviewProvider>
          <Frame curves={curves} fullPage={fullPage} />
          <Drawn />
        </PreviewProvider>
      </CanvasDoorProvider>
    </BuilderProvider>
  );
}

/** Remembers each graph that was drawn without an error, for the way back from one that cannot be. */
function Drawn(): null {
  const { store } = useShared();
  const graph = useSyncExternalStore(store.subscribe, store.snapshot);
  useEffect(() => store.drawn(), [graph, store]);
  return null;
}

/** Enter, Escape and the arrows belong to the input method while it composes a word: none of our parts hears them. */
function leaveComposing(event: KeyboardEvent): void {
  if (event.nativeEvent.isComposing) event.stopPropagation();
}

function leaveByEscape(event: KeyboardEvent, { full, toggle }: ReturnType<typeof useFullPage>): void {
  if (event.key === "Escape" && full && !event.defaultPrevented) toggle();
}

/** Jupyter's menu with "Cut Cell" stays away; text fields keep the browser's. */
function keepMenu(event: React.MouseEvent): void {
  event.stopPropagation();
}
