// The entry that anywidget loads: one bundle for both views.
import "@xyflow/react/dist/style.css";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import type { WidgetModel } from "./shared/connection";

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const root = createRoot(el);
  root.render(<App model={model} />);
  return () => root.unmount();
}

export default { render };
