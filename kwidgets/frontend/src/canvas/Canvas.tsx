// The graph under the mouse and the keyboard. Python's graph is the truth; the view holds a drag and the selection.
import {
  Background, type Connection, ConnectionLineType, Controls, type EdgeChange, MiniMap, type NodeChange, ReactFlow,
  ReactFlowProvider, useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type KeyboardEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAsk, useTrait } from "../shared/context";
import { Toolbar } from "./Toolbar";
import { flowEdges, flowNodes, freeIndex, targetsFrom } from "./flow";
import { LayerNode, type LayerNodeType } from "./LayerNode";
import { useKeptInView } from "./useKeptInView";

export const DRAGGED = "application/x-kwidgets-layer";
const NODE_TYPES = { layer: LayerNode };
const SNAP = 40;
const MINIMAP_FROM = 40;
const VISIBLE_ONLY_FROM = 300;
const NODE_WIDTH = 180;

interface Props {
  selected: ReadonlySet<string>;
  select: (nodes: string[]) => void;
  searchAt: (position: [number, number]) => void;
}

export function Canvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ selected, select, searchAt }: Props) {
  const graph = useTrait("graph");
  const { ask } = useAsk();
  const flow = useReactFlow<LayerNodeType>();
  const [dragging, setDragging] = useState<ReadonlyMap<string, { x: number; y: number }>>(new Map());
  const [wires, setWires] = useState<ReadonlySet<string>>(new Set());
  const [linking, setLinking] = useState<{ source: string; target: string | null } | null>(null);
  const place = useRef<HTMLDivElement>(null);

  const nodes = useMemo(
    () => flowNodes(graph, { selected, dragging, target: linking?.target ?? null }),
    [graph, selected, dragging, linking],
  );
  const edges = useMemo(() => flowEdges(graph, wires), [graph, wires]);

  useKeptInView(graph, flow, place);
  useEffect(() => setDragging(new Map()), [graph]);

  const nodesChanged = useCallback(
    (changes: NodeChange<LayerNodeType>[]) => {
      const chosen = new Set(selected);
      let reselected = false;
      const moved = new Map<string, { x: number; y: number }>();
      for (const change of changes) {
        if (change.type === "select") {
          reselected = true;
          if (change.selected) chosen.add(change.id);
          else chosen.delete(change.id);
        }
        if (change.type === "position" && change.position !== undefined && change.dragging) moved.set(change.id, change.position);
      }
      // Changes may come several times before the next drawing: each adds to what the one before left.
      if (moved.size > 0) setDragging((before) => new Map([...before, ...moved]));
      if (reselected) select([...chosen]);
    },
    [selected, select],
  );
  const edgesChanged = useCallback((changes: EdgeChange[]) => {
    setWires((before) => {
      const chosen = new Set(before);
      for (const change of changes) {
        if (change.type !== "select") continue;
        if (change.selected) chosen.add(change.id);
        else chosen.delete(change.id);
      }
      return chosen;
    });
  }, []);
  const dropped = useCallback(() => {
    if (dragging.size === 0) return;
    void ask("move", { positions: Object.fromEntries([...dragging].map(([id, at]) => [id, [at.x, at.y]])) });
  }, [ask, dragging]);
  const connected = useCallback(
    ({ source, target, targetHandle }: Connection) => void ask("connect", { source, target, index: Number(targetHandle ?? 0) }),
    [ask],
  );

  const onDrop = (event: DragEvent) => {
    const class_name = event.dataTransfer.getData(DRAGGED);
    if (class_name === "") return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const under = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.closest(".react-flow__edge"));
    const wire = under?.closest(".react-flow__edge")?.getAttribute("data-id");
    void ask("add", { class_name, position: [at.x - NODE_WIDTH / 2, at.y - 20], ...(wire ? { wire } : {}) });
  };

  const remove = () => {
    if (wires.size > 0) void ask("disconnect", { wires: [...wires] });
    else if (selected.size > 0) void ask("remove", { nodes: [...selected], heal: true });
    setWires(new Set());
    // What had the focus goes away: the keys must go on working.
    place.current?.focus();
  };
  const link = (step: number) => {
    if (linking === null) return;
    const targets = targetsFrom(graph, linking.source);
    const at = linking.target === null ? -1 : targets.indexOf(linking.target);
    const next = targets[(at + step + targets.length) % targets.length] ?? null;
    setLinking({ ...linking, target: next });
  };
  const keyDown = (event: KeyboardEvent) => {
    const command = event.ctrlKey || event.metaKey;
    const focused = (event.target as HTMLElement).closest(".react-flow__node")?.getAttribute("data-id") ?? null;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if (linking !== null) {
      if (event.key === "ArrowDown" || event.key === "ArrowRight") link(1);
      else if (event.key === "ArrowUp" || event.key === "ArrowLeft") link(-1);
      else if (event.key === "Enter" && linking.target !== null) {
        void ask("connect", { source: linking.source, target: linking.target, index: freeIndex(graph, linking.target) });
        setLinking(null);
      } else if (event.key === "Escape") setLinking(null);
      else return;
      done();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      remove();
      done();
    } else if (command && event.key.toLowerCase() === "z") {
      void ask(event.shiftKey ? "redo" : "undo");
      done();
    } else if (command && event.key.toLowerCase() === "y") {
      void ask("redo");
      done();
    } else if (command && event.key.toLowerCase() === "a") {
      select(graph.nodes.map((node) => node.id));
      done();
    } else if (event.key === "c" && !command) {
      const source = focused ?? [...selected][0];
      if (source === undefined) return;
      setLinking({ source, target: targetsFrom(graph, source)[0] ?? null });
      done();
    } else if (event.key === "/") {
      searchAt(centre(place.current, flow.screenToFlowPosition));
      done();
    }
  };
  const doubleClicked = (event: MouseEvent) => {
    if (!(event.target as HTMLElement).classList.contains("react-flow__pane")) return;
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    searchAt([at.x, at.y]);
  };

  return (
    <div className="kw-canvas" ref={place} tabIndex={-1} onKeyDown={keyDown} onDoubleClick={doubleClicked} data-testid="kw-canvas">
      <Toolbar graph={graph} selected={selected} wires={wires} remove={remove} ask={ask} fit={() => void flow.fitView({ maxZoom: 1, padding: 0.15 })} />
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onNodesChange={nodesChanged}
        onEdgesChange={edgesChanged}
        onNodeDragStop={dropped}
        onSelectionDragStop={dropped}
        onConnect={connected}
        onDragOver={(event) => event.preventDefault()}
        onDrop={onDrop}
        connectionRadius={SNAP}
        connectionLineType={ConnectionLineType.SmoothStep}
        defaultEdgeOptions={{ type: "smoothstep" }}
        deleteKeyCode={null}
        multiSelectionKeyCode={["Shift", "Meta", "Control"]}
        selectionKeyCode="Shift"
        zoomOnDoubleClick={false}
        minZoom={0.1}
        onlyRenderVisibleElements={graph.nodes.length > VISIBLE_ONLY_FROM}
        nodesFocusable
        edgesFocusable
        proOptions={{ hideAttribution: true }}
        aria-label="Canvas: the layers and their wires"
      >
        <Background gap={20} color="var(--kw-grid)" />
        <Controls showInteractive={false} />
        {graph.nodes.length >= MINIMAP_FROM && <MiniMap pannable zoomable aria-label="Overview" />}
      </ReactFlow>
      {graph.nodes.length === 0 && (
        <p className="kw-empty">Click a layer on the left, drag one here, or choose a template.</p>
      )}
      <div className="kw-linking" role="status" aria-live="polite">
        {linking !== null && `Connect ${linking.source} to ${linking.target ?? "nothing"}: arrow keys choose, Enter connects, Escape leaves.`}
      </div>
    </div>
  );
}

function centre(place: HTMLDivElement | null, convert: (at: { x: number; y: number }) => { x: number; y: number }): [number, number] {
  const box = place?.getBoundingClientRect();
  const at = convert({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 });
  return [at.x, at.y];
}
