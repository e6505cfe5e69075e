// Has the notebook hold the newest still picture of this widget, also after its page was loaded anew.
import { useEffect } from "react";
import { isRefusal } from "./connection";
import { useShared, useTrait } from "./context";
import { type Notebook, olderIn, writeStill } from "./stills";

/** What the kernel sends to the outputs themselves arrives within this time, in ms; then nothing is left to do. */
const PATIENCE = 1500;

export function useStills(): void {
  const { model, connection } = useShared();
  const number = useTrait("still");
  useEffect(() => {
    const manager = model.widget_manager as { context?: { model?: Notebook } } | undefined;
    const notebook = manager?.context?.model;
    if (number === 0 || notebook === undefined) return;
    const widget = String(model.get("_widget"));
    const timer = setTimeout(() => {
      if (olderIn(notebook, widget, number).length === 0) return;
      void connection.ask("still").then((picture) => {
        if (isRefusal(picture) || picture.buffers[0] === undefined) return;
        for (const [outputs, index] of olderIn(notebook, widget, picture.number)) writeStill(outputs, index, picture, picture.buffers[0]);
      });
    }, PATIENCE);
    return () => clearTimeout(timer);
  }, [connection, model, number]);
}
