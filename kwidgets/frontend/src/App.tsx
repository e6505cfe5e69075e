// Sets up what the components share and chooses the view.
import { useEffect, useMemo, useRef, useState } from "react";
import { Builder } from "./Builder";
import { Curves } from "./chart/curves";
import { Dashboard } from "./chart/Dashboard";
import { Connection, type Refusal, type WidgetModel } from "./shared/connection";
import { SharedContext } from "./shared/context";
import type { Graph } from "./shared/state";
import { Toast } from "./shared/Toast";
import { useNotebookSave } from "./shared/useNotebookSave";

export function App({ model }: { model: WidgetModel }) {
  const root = useRef<HTMLDivElement>(null);
  useNotebookSave(root);
  const [refusal, tell] = useState<Refusal | null>(null);
  const connection = useMemo(
    () => new Connection(model, () => (model.get("graph") as Graph | undefined)?.version ?? 0),
    [model],
  );
  const curves = useMemo(() => new Curves(), []);
  useEffect(() => {
    const stop = connection.onPoints((message, buffers) => curves.add(message, buffers));
    void connection.ask("points");
    return () => {
      stop();
      connection.close();
    };
  }, [connection, curves]);
  const shared = useMemo(() => ({ model, connection, tell }), [model, connection]);
  const view = model.get("view");
  return (
    <SharedContext.Provider value={shared}>
      <div ref={root} className={`kw-root kw-${String(view)}`} data-lm-suppress-shortcuts="true" data-testid="kw-root">
        {view === "dashboard" ? <Dashboard curves={curves} /> : <Builder curves={curves} />}
        <Toast refusal={refusal} close={() => tell(null)} />
      </div>
    </SharedContext.Provider>
  );
}
