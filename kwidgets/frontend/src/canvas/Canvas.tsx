// The graph under the mouse. Python's graph is the truth; the view holds a move in progress and what is chosen.
import {
  Background, BackgroundVariant, type EdgeChange, MiniMap, type NodeChange, ReactFlow, type ReactFlowInstance, ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { type MouseEvent, useCallback, useId, useMemo, useRef } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { useCanvasDoor } from "../frame/CanvasDoor";
import { goToSettings } from "../frame/goToSettings";
import { usePreview } from "../frame/PreviewContext";
import { useAsk, useGraph, useShared } from "../shared/context";
import type { Graph } from "../shared/graph";
import { useFileDrop, useOpenFile } from "../shared/useOpenFile";
import { words } from "../shared/words";
import { CardView } from "./CardView";
import { CanvasMenu } from "./CanvasMenu";
import { type CanvasNode, cardNodes, type CardNode, frameNodes, noteNodes, Remembering, wireEdges, type WireEdge } from "./flow";
import { FrameTitles } from "./FrameTitles";
import { titledAt } from "./titleRows";
import { FrameView } from "./FrameView";
import { NoteView } from "./NoteView";
import { useDropping } from "./useDropping";
import { useFitting } from "./useFitting";
import { useFocusInside } from "./useFocusInside";
import { useInserting } from "./useInserting";
import { JoinMenu } from "./JoinMenu";
import { useJoining } from "./useJoining";
import { useLinking } from "./useLinking";
import { useMoving } from "./useMoving";
import { useRoving } from "./useRoving";
import { usePointer } from "./usePointer";
import { SignalsProvider, WireBar } from "./SignalsContext";
import { WireView } from "./WireView";
import { ModelsBar } from "./ModelsBar";
import { ZoomBar } from "./ZoomBar";
import "./canvas.css";

const NODE_TYPES = { card: CardView, frame: FrameView, note: NoteView };
const EDGE_TYPES = { wire: WireView };
const SNAP = 24;
const MINIMAP_FROM = 40;
const VISIBLE_ONLY_FROM = 150;
const NEAREST = 0.01;
const FARTHEST = 2;
/** How far a pressed pointer may go, in px, and still click: what goes further drags. */
const TREMOR = 3;

export function Canvas() {
  return (
    <ReactFlowProvider>
      <SignalsProvider>
        <Flow />
      </SignalsProvider>
    </ReactFlowProvider>
  );
}

/** Nodes and edges of the graph with what only the view knows. */
function useParts(moving: ReturnType<typeof useMoving>, target: string | null, stop: string | null) {
  const graph = useGraph();
  const preview = usePreview();
  const { selected, wires } = useBuilder();
  const remembered = useRef({ cards: new Remembering<CardNode>(), wires: new Remembering<WireEdge>() });
  const { dragging } = moving;
  const nodes = useMemo(
    (): CanvasNode[] => [
      ...frameNodes(graph.head.frames),
      ...noteNodes(graph.head.notes, dragging),
      ...cardNodes(graph, { selected, dragging, target, stop, preview }, remembered.current.cards),
    ],
    [graph, selected, dragging, target, stop, preview],
  );
  const edges = useMemo(() => wireEdges(graph, wires, dragging, preview, remembered.current.wires), [graph, wires, dragging, preview]);
  return { nodes, edges };
}

/** What React Flow tells of choosing, as the builder's selection. */
function useChoosing(moving: ReturnType<typeof useMoving>) {
  const { selected, select, wires, selectWires } = useBuilder();
  const latest = useRef(selected);
  latest.current = selected;
  const latestWires = useRef(wires);
  latestWires.current = wires;
  const nodesChanged = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      moving.changed(changes);
      const chosen = chosenAfter(latest.current, changes);
      if (chosen !== null) {
        latest.current = chosen;
        select([...chosen]);
      }
    },
    [moving, select],
  );
  const edgesChanged = useCallback(
    (changes: EdgeChange<WireEdge>[]) => {
      const chosen = chosenAfter(latestWires.current, changes);
      if (chosen === null) return;
      latestWires.current = chosen;
      selectWires([...chosen]);
    },
    [selectWires],
  );
  const before = useRef<ReadonlySet<string>>(selected);
  const pressed = useCallback(() => {
    before.current = latest.current;
  }, []);
  // React Flow leaves several as they are where one of them is pressed, for a drag moves all; without a drag this one is meant.
  // It also learns of Shift and Ctrl only with its next drawing, which a quick hand does not wait for.
  const nodeClicked = useCallback(
    (event: MouseEvent, { id, type }: CanvasNode) => {
      if (type !== "card") return;
      const more = event.shiftKey || event.ctrlKey || event.metaKey;
      latest.current = new Set(more ? [...before.current].filter((one) => one !== id) : []);
      if (!more || !before.current.has(id)) latest.current = new Set([...latest.current, id]);
      if (!more) latestWires.current = new Set();
      select([...latest.current]);
      selectWires([...latestWires.current]);
    },
    [select, selectWires],
  );
  return { nodesChanged, edgesChanged, nodeClicked, pressed };
}

function chosenAfter(before: ReadonlySet<string>, changes: readonly (NodeChange<CanvasNode> | EdgeChange<WireEdge>)[]): Set<string> | null {
  const selections = changes.filter((change) => change.type === "select");
  if (selections.length === 0) return null;
  const after = new Set(before);
  for (const change of selections) {
    if (change.selected) after.add(change.id);
    else after.delete(change.id);
  }
  return after;
}

function Flow() {
  const graph = useGraph();
  const { openSearch, select, selectWires, canvas: memory } = useBuilder();
  const { ask } = useAsk();
  const { tell } = useShared();
  const flow = useReactFlow<CanvasNode, WireEdge>();
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const moving = useMoving();
  const joining = useJoining();
  const linking = useLinking(place, joining.join);
  const roving = useRoving(flow, place);
  const { nodes, edges } = useParts(moving, linking.link?.target ?? null, roving.stop);
  const { nodesChanged, edgesChanged, nodeClicked, pressed } = useChoosing(moving);
  const fitting = useFitting(flow, place, moving.dragging.size > 0);
  const focused = useFocusInside(place);
  const { connectEnded, searchAt } = useDropping(flow, place, joining.join);
  const pointer = usePointer(place);
  const openFile = useOpenFile();
  const file = useFileDrop((dropped) => void openFile(dropped).then(tell));
  const inserting = useInserting(place, moving.dragging);
  useCanvasDoor({ place, flow, moving, linking, roving, searchAt, pointer });

  return (
    <CanvasMenu choose={(event) => chooseUnder(event, select, selectWires)}>
      <div {...file.parts} className={`kw-canvas ${fitting.stands ? "" : "kw-canvas-unplaced"}`} ref={place} tabIndex={-1} data-testid="kw-canvas" onPointerDownCapture={() => { moving.rest(); pressed(); }} onFocus={roving.entered} onDoubleClick={(event) => doubleClicked(event, { ask, searchAt, graph, flow })}>
        <ReactFlow
          onMove={(event, view) => {
            memory.current.view = view;
            if (event !== null) fitting.moved();
          }}
          id={id} nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES}
          onNodesChange={nodesChanged} onEdgesChange={edgesChanged} onNodeClick={nodeClicked} onNodeDragStart={inserting.begin} onNodeDragStop={() => moving.dropped(inserting.end())}
          onSelectionDragStop={() => moving.dropped(null)}
          onConnectEnd={connectEnded}
          defaultViewport={memory.current.view ?? undefined} onPaneClick={() => openSearch(null)}
          connectionRadius={SNAP} deleteKeyCode={null} multiSelectionKeyCode={["Shift", "Meta", "Control"]} selectionKeyCode="Shift"
          zoomOnDoubleClick={false} minZoom={NEAREST} maxZoom={FARTHEST} nodeDragThreshold={TREMOR} nodeClickDistance={TREMOR} elevateEdgesOnSelect
          panOnScroll={focused} zoomOnScroll={false} preventScrolling={focused} zoomActivationKeyCode={null} panActivationKeyCode={null}
          onlyRenderVisibleElements={nodes.length > VISIBLE_ONLY_FROM} nodesFocusable edgesFocusable disableKeyboardA11y
          proOptions={{ hideAttribution: true }} aria-label={words.canvas.label}
        >
          <Background variant={BackgroundVariant.Dots} gap={18} size={1.4} color="var(--kw-grid)" />
          <FrameTitles />
          {graph.order.length >= MINIMAP_FROM && <MiniMap pannable zoomable aria-label={words.canvas.overview} style={{ width: 128, height: 84 }} />}
        </ReactFlow>
        {file.over && <div className="kw-file-over">{words.canvas.dropFile}</div>}
        <ModelsBar />
        <div className="kw-canvas-tools">
          {nodes.length > 0 && <ZoomBar fit={fitting.fit} moved={fitting.moved} />}
          <WireBar />
        </div>
        <JoinMenu joining={joining} />
        <div className="kw-linking" role="status" aria-live="polite">
          {linking.link !== null && words.canvas.linking(linking.link.source, linking.link.target)}
        </div>
      </div>
    </CanvasMenu>
  );
}

type Select = (ids: readonly string[]) => void;

/** The card or wire under a point chooses itself before its menu opens, unless it is chosen already; in space nothing is. */
function chooseUnder(event: MouseEvent, select: Select, selectWires: Select): void {
  const part = (event.target as Element).closest<HTMLElement>(".react-flow__node-card, .react-flow__edge");
  if (part?.classList.contains("selected") === true) return;
  const id = part?.dataset.id;
  const isWire = part?.classList.contains("react-flow__edge") === true;
  select(id === undefined || isWire ? [] : [id]);
  selectWires(id !== undefined && isWire ? [id] : []);
}

interface Doors {
  ask: ReturnType<typeof useAsk>["ask"];
  searchAt: ReturnType<typeof useDropping>["searchAt"];
  graph: Graph;
  flow: ReactFlowInstance<CanvasNode, WireEdge>;
}

/** Opens or closes a block, goes to a layer's settings, or asks what to put there. A wire gives way to a title it crosses. */
function doubleClicked(event: MouseEvent, { ask, searchAt, graph, flow }: Doors): void {
  const target = event.target as HTMLElement;
  const row = target.closest("button, .react-flow__node") === null ? titledAt(graph.head.frames, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })) : null;
  if (row !== null) return void ask("open_fold", { fold: row.id, open: false });
  if (target.classList.contains("react-flow__pane")) return searchAt(event.clientX, event.clientY);
  const wire = target.closest<HTMLElement>(".react-flow__edge")?.dataset.id;
  if (wire !== undefined) return searchAt(event.clientX, event.clientY, wire);
  const id = target.closest<HTMLElement>(".react-flow__node-card")?.dataset.id;
  const card = id === undefined ? undefined : graph.cards.get(id);
  if (card === undefined) return;
  if (card.opens || card.closed !== null) void ask("open_fold", { fold: card.id, open: true });
  else goToSettings(target);
}
