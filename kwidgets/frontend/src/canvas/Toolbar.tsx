// What acts on the whole graph or the selection.
import type { Ask } from "../shared/context";
import type { Graph } from "../shared/state";
import { bytesText, countText } from "../shared/words";

interface Props {
  graph: Graph;
  selected: ReadonlySet<string>;
  wires: ReadonlySet<string>;
  remove: () => void;
  ask: Ask;
  fit: () => void;
}

export function Toolbar({ graph, selected, wires, remove, ask, fit }: Props) {
  const one = graph.nodes.find((node) => selected.has(node.id));
  const before = (node: string) => graph.wires.find((wire) => wire.target === node)?.source ?? null;
  const after = (node: string) => graph.wires.find((wire) => wire.source === node)?.target ?? null;
  const up = one === undefined ? null : before(one.id);
  const down = one === undefined ? null : after(one.id);
  const stack = graph.kind === "Sequential" && selected.size === 1 && one !== undefined && one.inputs !== 0;
  return (
    <div className="kw-toolbar" role="toolbar" aria-label="Graph">
      <button type="button" disabled={graph.undo === null} title={graph.undo ?? ""} onClick={() => void ask("undo")}>
        <span aria-hidden="true">↶ </span>Undo
      </button>
      <button type="button" disabled={graph.redo === null} title={graph.redo ?? ""} onClick={() => void ask("redo")}>
        <span aria-hidden="true">↷ </span>Redo
      </button>
      <button type="button" disabled={graph.nodes.length === 0} onClick={() => void ask("arrange").then(fit)}>
        Arrange
      </button>
      <button type="button" disabled={selected.size === 0 && wires.size === 0} onClick={remove}>
        Delete
      </button>
      <button
        type="button" disabled={!stack || up === null || before(up) === null} aria-label="Move up" title="Move up in the stack"
        onClick={() => one !== undefined && up !== null && void ask("reorder", { node: one.id, after: before(up) })}
      >
        ↑
      </button>
      <button
        type="button" disabled={!stack || down === null} aria-label="Move down" title="Move down in the stack"
        onClick={() => one !== undefined && void ask("reorder", { node: one.id, after: down })}
      >
        ↓
      </button>
      <button
        type="button" disabled={selected.size !== 1 || one === undefined || one.inputs === 0} title="Use the same layer, with the same weights, once more"
        onClick={() => one !== undefined && void ask("use_again", { node: one.id })}
      >
        Use again
      </button>
      <button
        type="button" disabled={selected.size !== 1 || one === undefined} aria-pressed={one?.output ?? false} title="Mark or unmark as an output of the model"
        onClick={() => one !== undefined && void ask("mark_output", { node: one.id, output: !one.output })}
      >
        Output
      </button>
      <span className="kw-totals" data-testid="kw-totals">
        {graph.kind} · {graph.totals.layers} layers · {countText(graph.totals.parameters)} parameters · {bytesText(graph.totals.bytes)}
      </span>
    </div>
  );
}
