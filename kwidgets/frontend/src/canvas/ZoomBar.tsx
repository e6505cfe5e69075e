// The tools at the canvas's lower edge: zoom, show all, arrange, fold.
import { useReactFlow, useStore } from "@xyflow/react";
import { useAsk, useGraph } from "../shared/context";
import { Icon, type IconName } from "../shared/Icon";
import { Toolbar } from "../shared/Toolbar";
import { words } from "../shared/words";

export function ZoomBar({ fit, moved }: { fit: () => void; moved: () => void }) {
  const { zoomIn, zoomOut, zoomTo } = useReactFlow();
  const zoom = useStore((state) => state.transform[2]);
  const { head } = useGraph();
  const { ask } = useAsk();
  const { canvas } = words;
  const theirs = (change: () => Promise<boolean>) => () => {
    moved();
    void change();
  };
  return (
    <Toolbar className="kw-zoom-bar" label={canvas.tools}>
      <Tool icon="minus" label={canvas.zoomOut} act={theirs(() => zoomOut())} />
      <button type="button" className="kw-soft kw-second kw-zoom" title={canvas.zoomReset} data-testid="kw-zoom" onClick={theirs(() => zoomTo(1))}>
        {canvas.zoom(Math.round(100 * zoom))}
      </button>
      <Tool icon="plus" label={canvas.zoomIn} act={theirs(() => zoomIn())} />
      <Tool icon="full" label={canvas.fit} act={fit} />
      <Tool icon="arrange" label={canvas.arrange} act={() => void ask("arrange").then(fit)} />
      {head.folds > 0 && (
        <button type="button" className="kw-second kw-fold-all" onClick={() => void ask("open_all", { open: head.opened === 0 })}>
          {canvas.folds(head.opened > 0)}
        </button>
      )}
    </Toolbar>
  );
}

function Tool({ icon, label, act }: { icon: IconName; label: string; act: () => void }) {
  return (
    <button type="button" className="kw-icon-button" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} size={16} />
    </button>
  );
}
