// The state that Python sends, whole each time. Names are those of the Python side.

export type Shape = readonly (number | null)[] | readonly (readonly (number | null)[])[] | null;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface LayerEntry {
  class_name: string;
  title: string;
  help: string;
  old_names: string[];
  inputs: 0 | 1 | "many";
}

export interface Catalogue {
  groups: { name: string; title: string; layers: LayerEntry[] }[];
  templates: { name: string; title: string; help: string }[];
  optimizers: { class_name: string }[];
  losses: string[];
  metrics: string[];
}

export interface GraphNode {
  id: string;
  layer: string;
  call: number;
  class_name: string;
  x: number;
  y: number;
  width: number;
  height: number;
  shape: Shape;
  parameters: number | null;
  inputs: 0 | 1 | "many";
  trainable: boolean;
  setting: string;
  state: "ok" | "wrong" | "waiting";
  output: boolean;
  shared: boolean;
}

export interface Wire {
  id: string;
  source: string;
  target: string;
  index: number;
  shape: Shape;
}

export interface Problem {
  id: string;
  node: string | null;
  sentence: string;
  hint: string | null;
  severity?: "error" | "warning";
  mends: { id: string; label: string }[];
}

export interface Graph {
  version: number;
  kind: "Sequential" | "Model";
  name: string;
  nodes: GraphNode[];
  wires: Wire[];
  problems: Problem[];
  totals: { parameters: number; trainable: number; bytes: number; layers: number };
  undo: string | null;
  redo: string | null;
  locked: boolean;
}

export interface Control {
  kind: "integer" | "number" | "choice" | "switch" | "integers" | "text";
  options?: string[];
  minimum?: number;
  maximum?: number;
  optional?: boolean;
}

export interface FieldState {
  name: string;
  label: string;
  help: string;
  control: Control;
  value: Json;
  default: Json;
  old_names: string[];
  mixed: boolean;
}

export interface FormState {
  layers: string[];
  class_name: string;
  title: string;
  help: string;
  shape: Shape;
  name: string;
  fields: FieldState[];
  weights: { name: string; shape: Shape }[];
  parameters: number | null;
}

export interface TextState {
  version: number;
  yaml: string;
  json: string;
  python: string;
}

export interface DataState {
  sources: { name: string; kind: string; arrays: { key: string; shape: Shape; dtype: string }[] }[];
  source: string | null;
  inputs: Record<string, string | null>;
  targets: Record<string, string | null>;
  validation_split: number;
  problems: string[];
  expected: Record<string, Shape>;
}

export interface TrainingState {
  optimizer: { class_name: string; config: Record<string, Json> };
  fields: FieldState[];
  loss: Record<string, string>;
  metrics: string[];
  epochs: number;
  batch_size: number;
  shuffle: boolean;
  seed: number | null;
}

export type RunName = "idle" | "running" | "paused" | "stopping" | "stopped" | "finished" | "failed";

export interface RunState {
  id: string | number | null;
  state: RunName;
  epoch: number;
  epochs: number;
  batch: number;
  batches: number | null;
  samples_per_second: number | null;
  seconds_left: number | null;
  seconds: number;
  learning_rate: number | null;
  message: string;
  series: { name: string; phase: string; points: number }[];
  logs: Record<string, number | null>;
  error: string | null;
}

export interface States {
  view: "builder" | "dashboard";
  catalogue: Catalogue;
  graph: Graph;
  form: FormState | null;
  text: TextState;
  data: DataState;
  training: TrainingState;
  run: RunState;
  log: string[];
}
