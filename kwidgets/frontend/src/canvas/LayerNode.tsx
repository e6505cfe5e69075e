// A layer on the canvas: class and name, its settings in short, output shape, parameters, and what is wrong.
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import type { GraphNode, Problem } from "../shared/state";
import { countText, shapeText } from "../shared/words";

export interface LayerData extends Record<string, unknown> {
  node: GraphNode;
  problem: Problem | undefined;
  ports: number;
  target: boolean;
}

export type LayerNodeType = Node<LayerData, "layer">;

const MARKS = { ok: "✓", wrong: "✕", waiting: "…" } as const;
const STATES = { ok: "fits", wrong: "does not fit", waiting: "waits for the layer before" } as const;

export const LayerNode = memo(function LayerNode({ data, selected }: NodeProps<LayerNodeType>) {
  const { node, problem, ports, target } = data;
  return (
    <div
      className={`kw-node kw-node-${node.state} ${selected ? "kw-node-selected" : ""} ${target ? "kw-node-target" : ""}`}
      data-testid={`kw-node-${node.id}`}
      data-state={node.state}
      style={{ width: node.width, height: node.height }}
      title={problem === undefined ? undefined : problem.sentence}
    >
      {Array.from({ length: ports }, (_, index) => (
        <Handle
          key={index}
          id={String(index)}
          type="target"
          position={Position.Top}
          className="kw-port"
          style={{ left: `${((index + 1) * 100) / (ports + 1)}%` }}
          role="img"
          aria-label={`Input ${index + 1} of ${node.layer}`}
        />
      ))}
      <div className="kw-node-head">
        <span className="kw-node-class">{node.class_name === "InputLayer" ? "Input" : node.class_name}</span>
        {node.shared && <span className="kw-tag">shared</span>}
        {node.output && <span className="kw-tag">output</span>}
        {!node.trainable && (node.parameters ?? 0) > 0 && <span className="kw-tag">frozen</span>}
        <span className={`kw-mark kw-mark-${node.state}`} role="img" aria-label={STATES[node.state]}>
          {MARKS[node.state]}
        </span>
      </div>
      <div className="kw-node-name">
        {node.layer}
        {node.setting !== "" && <span className="kw-node-setting"> {node.setting}</span>}
      </div>
      <div className="kw-node-foot">
        <span className="kw-node-shape" data-testid="kw-node-shape">
          {shapeText(node.shape)}
        </span>
        {(node.parameters ?? 0) > 0 && <span className="kw-node-parameters">{countText(node.parameters)} params</span>}
      </div>
      <Handle type="source" position={Position.Bottom} className="kw-port" role="img" aria-label={`Output of ${node.layer}`} />
    </div>
  );
});
