// The entry that anywidget loads: one bundle for both views.
import "@xyflow/react/dist/style.css";
import "uplot/dist/uPlot.min.css";
import "./shared/tokens.css";
import "./shared/base.css";
import "./frame/frame.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import type { WidgetModel } from "./shared/connection";

function render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
  const host = document.createElement("div");
  el.append(host);
  // Two builders of a page are two roots, whose ids would be the same.
  const root = createRoot(host, { identifierPrefix: `kw-${Math.random().toString(36).slice(2, 8)}-` });
  root.render(<App model={model} host={host} />);
  return () => {
    root.unmount();
    host.remove();
  };
}

export default { render };
