// Written by `python -m tests.messages` from kwidgets/messages and gestures.py: change them.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Shape = readonly (number | null)[];
export type Point = readonly number[];

export type Family = "io" | "conv" | "pool" | "core" | "norm" | "reg" | "rec" | "merge" | "shape";
export type State = "ok" | "wrong" | "waiting";
export type Severity = "error" | "warning";
export type Kind = "Sequential" | "Model";
export type Tried = "trained" | "shapes" | "nothing";
export type InsideWhat = "output" | "weights" | "gradients" | "units" | "sample";
export type InsideState = "live" | "trained" | "fresh" | "checkpoint";
export type SignalSign = "dead" | "vanishing" | "exploding" | "nan";
export type StepDirection = "forward" | "backward";
export type StepSource = "probe" | "waiting" | "bad";
export type Dialect = "engine" | "keras2" | "tf.keras" | "keras3";
export type RunState = "idle" | "running" | "paused" | "stopping" | "stopped" | "finished" | "failed";
export type Phase = "batch" | "train" | "validation";
export type Starts = "first" | "continue" | "changed";
export type TroubleKind = "nan" | "infinite" | "growing" | "worse" | "lost" | "guess";
export type KeptState = "running" | "paused" | "stopped" | "finished" | "failed" | "diverged" | "interrupted";
export type Sameness = "same" | "different" | "unknown";
export type OutputKind = "classes" | "labels" | "amounts";
export type ResultSetName = "test" | "validation" | "train" | "given";
export type ResultViewName = "confusion" | "worst" | "curves" | "calibration" | "by_class" | "residuals" | "against";
export type TryKind = "picture" | "text" | "row" | "numbers";
export type NoticeKind = "restored" | "version" | "given" | "elsewhere" | "taken" | "newer" | "unreadable";

export interface LayerEntry {
  class_name: string;
  title: string;
  help: string;
  family: Family;
  old_names: readonly string[];
  words: readonly string[];
  inputs: 0 | 1 | "many";
}

export interface LayerGroup {
  name: string;
  title: string;
  layers: readonly LayerEntry[];
}

export interface TemplateEntry {
  name: string;
  title: string;
  help: string;
  layers: number;
  sketch: readonly Point[];
}

export interface Catalogue {
  often: readonly string[];
  groups: readonly LayerGroup[];
  templates: readonly TemplateEntry[];
}

export interface BlockEntry {
  name: string;
  layers: number;
  help: string;
}

export interface SearchRow {
  section: "fits" | "old" | "change" | "model" | "block";
  class_name: string;
  title: string;
  family: Family;
  line: string;
  shape: readonly (number | null)[] | null;
  settings: { readonly [key: string]: Json };
  unused: readonly string[];
  old_name: string | null;
  change: string | null;
  command: { readonly [key: string]: Json } | null;
  go: string | null;
}

export interface FoldedRows {
  count: number;
  at: number;
}

export interface SearchAnswer {
  rows: readonly SearchRow[];
  after: string | null;
  folded: FoldedRows | null;
}

export interface LayerChange {
  title: string;
  shapes: readonly (readonly (number | null)[])[] | null;
  parameters: readonly number[] | null;
}

export interface NewLayer {
  fields: readonly Field[];
  line: string;
  shape: readonly (number | null)[] | readonly (readonly (number | null)[])[] | null;
}

export interface LayerShape {
  title: string;
  shape: readonly (number | null)[];
}

export interface PreviewedCard {
  title: string;
  line: string;
  shape: readonly (number | null)[] | null;
  state: State;
}

export interface PreviewedWire {
  adds: string | null;
  shape: readonly (number | null)[] | null;
}

export interface Preview {
  cards: { readonly [key: string]: PreviewedCard };
  wires: { readonly [key: string]: PreviewedWire };
  gone: readonly string[];
}

export interface Consequences {
  impossible: string | null;
  layer: NewLayer | null;
  changed: readonly LayerChange[];
  more: number;
  parameters: readonly number[] | null;
  needs: readonly string[];
  appear: readonly string[];
  vanish: readonly string[];
  waiting: number;
  begin: readonly LayerShape[];
  begin_more: number;
  effect: string;
  preview: Preview;
}

export interface Fold {
  times: number;
  nodes: readonly string[];
}

export interface Card {
  id: string;
  layer: string;
  call: number;
  class_name: string;
  title: string;
  family: Family;
  line: string;
  shape: readonly (number | null)[] | readonly (readonly (number | null)[])[] | null;
  parameters: number;
  work: number;
  memory: number;
  inputs: 0 | 1 | "many";
  ports: number;
  state: State;
  says: string | null;
  short: string | null;
  output: boolean;
  frozen: boolean;
  bypassed: boolean;
  uses: number;
  fold: Fold | null;
  inside: string | null;
  opens: boolean;
  closed: string | null;
}

export interface Wire {
  id: string;
  source: string;
  target: string;
  index: number;
  shape: readonly (number | null)[] | null;
  points: readonly Point[];
  wrong: boolean;
}

export interface Frame {
  id: string;
  title: string;
  times: number;
  block: boolean;
  inside: string | null;
  x: number;
  y: number;
  width: number;
  height: number;
  more: readonly Point[];
}

export interface Note {
  id: string;
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface MendOffer {
  id: string;
  label: string;
  details: string | null;
  effect: string;
  tried: Tried;
}

export interface Problem {
  id: string;
  node: string | null;
  layer: string | null;
  title: string | null;
  sentence: string;
  hint: string | null;
  severity: Severity;
  mends: readonly MendOffer[];
}

export interface Totals {
  layers: number;
  parameters: number;
  trainable: number;
  work: number;
  memory: number;
  weights: number;
}

export interface Head {
  version: number;
  kind: Kind;
  name: string;
  totals: Totals;
  undo: string | null;
  redo: string | null;
  locked: string | null;
  folds: number;
  opened: number;
  frames: readonly Frame[];
  notes: readonly Note[];
  problems: readonly Problem[];
}

export interface GraphChange {
  kind: "graph";
  before: number | null;
  serial: number;
  head: Head | null;
  cards: readonly Card[];
  wires: readonly Wire[];
  places: { readonly [key: string]: Point };
  order: readonly string[] | null;
  gone: readonly string[];
  gone_wires: readonly string[];
}

export interface Control {
  kind: "integer" | "number" | "choice" | "switch" | "integers" | "text" | "texts" | "names";
  options?: readonly string[];
  labels?: { readonly [key: string]: string };
  minimum?: number;
  maximum?: number;
  above?: number;
  below?: number;
  length?: number | null;
  optional?: boolean;
}

export interface Field {
  name: string;
  label: string;
  help: string;
  control: Control;
  value: Json;
  default: Json;
  old_names: readonly string[];
  mixed: boolean;
  values?: string;
  shared?: string;
}

export interface Section {
  title: string;
  fields: readonly Field[];
}

export interface Weight {
  name: string;
  shape: readonly (number | null)[];
}

export interface Use {
  node: string;
  after: readonly string[];
}

export interface Form {
  layers: readonly string[];
  nodes: readonly string[];
  class_name: string | null;
  title: string;
  summary: string;
  family: Family;
  help: string;
  name: string | null;
  shape: readonly (number | null)[] | readonly (readonly (number | null)[])[] | null;
  sections: readonly Section[];
  wrapper: string | null;
  wrappers: readonly string[];
  inner: Form | null;
  weights: readonly Weight[];
  uses: readonly Use[];
  parameters: number;
  work: number;
  memory: number;
  frozen: boolean | null;
  bypassed: boolean | null;
  output: boolean | null;
}

export interface Why {
  shape: readonly (number | null)[] | readonly (readonly (number | null)[])[] | null;
  lines: readonly string[];
}

export interface Forecast {
  seconds: number | null;
  memory: number | null;
  samples: number | null;
  basis: "measured" | "estimated" | null;
}

export interface InsidePanel {
  kind: "map" | "bars" | "histogram";
  title: string;
  channel: number | null;
  width: number;
  height: number;
  low: number;
  high: number;
  note: string;
}

export interface InsideFigure {
  label: string;
  value: string;
  how: string;
}

export interface InsideRow {
  name: string;
  cells: readonly string[];
  bad: boolean;
}

export interface InsideAnswer {
  busy: boolean;
  why: string | null;
  state: InsideState;
  rest: number;
  panels: readonly InsidePanel[];
  total: number;
  first: number;
  figures: readonly InsideFigure[];
  columns: readonly string[];
  rows: readonly InsideRow[];
  code: string;
}

export interface ProbeSample {
  row: number;
  label: string;
  text: string;
  panel: InsidePanel | null;
}

export interface ProbeAnswer {
  why: string | null;
  samples: readonly ProbeSample[];
  rows: number;
  epochs: readonly number[];
}

export interface CardSignal {
  forward: number | null;
  backward: number | null;
  dead: number;
  units: number;
  sign: SignalSign | null;
  says: string | null;
  hint: string | null;
}

export interface SignalsAnswer {
  busy: boolean;
  why: string | null;
  state: InsideState;
  cards: { readonly [key: string]: CardSignal };
  cost: number | null;
}

export interface LookInside {
  node: string;
  what: InsideWhat;
  sample: number;
  epoch: number | null;
  first?: number;
  sort?: boolean;
  channel?: number | null;
  of?: number | null;
  take?: number;
  tick?: number;
}

export interface ProbeOf {
  rows?: readonly number[] | null;
  tick?: number;
}

export interface SignalsOf {
  gradient: boolean;
  tick?: number;
}

export interface StepsOf {
  source: StepSource | null;
  place: number;
  sample: number;
  take: number;
  first?: number;
  sort?: boolean;
  channel?: number | null;
}

export interface StepEntry {
  name: string;
  node: string | null;
  direction: StepDirection;
  size: number | null;
  bad: boolean;
}

export interface StepSourceEntry {
  source: StepSource;
  about: string;
}

export interface StepsAnswer {
  busy: boolean;
  sources: readonly StepSourceEntry[];
  source: StepSource;
  steps: readonly StepEntry[];
  place: number;
  samples: number;
  loss: string;
  bad: string | null;
  bad_sample: number | null;
  why: string | null;
  panels: readonly InsidePanel[];
  total: number;
  first: number;
  figures: readonly InsideFigure[];
  columns: readonly string[];
  rows: readonly InsideRow[];
  code: string;
}

export interface BreakSettings {
  gradient_norm_above: number | null;
  loss_above: number | null;
  loss_is_nan: boolean;
  class_in_batch: number | null;
  each_batch: boolean;
  keeps_bad: boolean;
}

export interface BreaksOf {
  set?: BreakSettings;
}

export interface BreaksAnswer {
  settings: BreakSettings;
  live: boolean;
  waiting: string | null;
  bad: string | null;
}

export interface SinceEpoch {
  epoch: number;
  sign: SignalSign | null;
  text: string;
}

export interface SinceAnswer {
  says: string;
  epochs: readonly SinceEpoch[];
}

export interface Texts {
  version: number;
  yaml: string;
  json: string;
  python: string;
  dialect: Dialect | null;
  typed: readonly string[];
  anew: readonly string[];
  unkept: readonly string[];
  lacks: readonly string[];
  lines: { readonly [key: string]: readonly number[] };
}

export interface TextFault {
  refused: string;
  hint: string | null;
  line?: number;
  column?: number;
}

export interface TextNote {
  kind: "renamed" | "changed" | "left out" | "not read";
  line: number;
  text: string;
}

export interface TextModel {
  name: string;
  place: string;
  layers: number;
  chosen: boolean;
}

export interface TextCheck {
  fault: TextFault | null;
  notes: readonly TextNote[];
  models: readonly TextModel[];
  lines: { readonly [key: string]: readonly number[] };
}

export interface Offer {
  name: string;
  write: string;
  note: string;
}

export interface Completions {
  start: number;
  offers: readonly Offer[];
}

export interface Meaning {
  title: string;
  text: string;
  start: number;
  end: number;
}

export interface ArrayEntry {
  key: string;
  shape: readonly number[];
  dtype: string;
}

export interface TableColumn {
  name: string;
  kind: "number" | "text" | "date" | "boolean" | "array";
  missing: number;
  used: boolean;
}

export interface TableStep {
  kind: string;
  title: string;
  text: string;
  fields: readonly Field[];
}

export interface StepOffer {
  kind: string;
  title: string;
  columns: readonly string[];
}

export interface PreviewedColumn {
  name: string;
  values: readonly (string | null)[];
}

export interface PicturePair {
  row: number;
  before: readonly Json[];
  after: readonly Json[];
}

export interface StepPreview {
  rows: readonly number[];
  before: readonly PreviewedColumn[];
  after: readonly PreviewedColumn[];
  left_out: number;
  pictures: readonly PicturePair[];
}

export interface TableFinding {
  sentence: string;
  mend: string | null;
}

export interface ColumnLook {
  name: string;
  missing: number;
  infinite: number;
  low: string | null;
  high: string | null;
  mean: number | null;
  histogram: readonly number[] | null;
  most: readonly ClassCount[];
  different: number | null;
  tells: number | null;
  means: readonly (number | null)[] | null;
  values: readonly (string | null)[];
}

export interface CorrelatedColumns {
  first: string;
  second: string;
  r: number;
}

export interface TableLook {
  rows: number;
  looked_at: number;
  settled: boolean;
  about: boolean;
  sample: readonly number[];
  columns: readonly ColumnLook[];
  correlations: readonly CorrelatedColumns[];
}

export interface TableFacts {
  rows: number;
  whole: boolean;
  about: boolean;
  in_blocks: boolean;
  columns: readonly TableColumn[];
  targets: readonly string[];
  target: string | null;
  steps: readonly TableStep[];
  offers: readonly StepOffer[];
  split: readonly Field[];
  findings: readonly TableFinding[];
  trouble: string | null;
}

export interface AbsentSet {
  about: string;
  size: number;
  addresses: readonly string[];
  folder: string;
}

export interface FetchAnswer {
  state: "fetching" | "there" | "failed";
  said: string | null;
}

export interface Source {
  name: string;
  kind: string;
  arrays: readonly ArrayEntry[];
  table: TableFacts | null;
  absent: AbsentSet | null;
  trouble: { readonly [key: string]: string };
}

export interface Data {
  sources: readonly Source[];
  source: string | null;
  source_kind: string | null;
  inputs: { readonly [key: string]: string | null };
  targets: { readonly [key: string]: string | null };
  validation_split: number;
  second: string | null;
  validation: { readonly [key: string]: string } | null;
  own_validation: { readonly [key: string]: readonly string[] };
  problems: readonly DataProblem[];
  warnings: readonly DataProblem[];
  expected: { readonly [key: string]: readonly (number | null)[] | null };
  texts: readonly string[];
  samples: number | null;
}

export interface DataProblem {
  id: string;
  sentence: string;
  hint: string | null;
  cell: string | null;
  mends: readonly MendOffer[];
}

export interface TestSet {
  key: string;
  rows: number;
}

export interface SharedRows {
  of: "validation" | "test";
  rows: number;
  first: readonly number[];
  cell: string | null;
}

export interface ClassCount {
  name: string;
  count: number;
}

export interface ArrayFacts {
  shape: readonly number[];
  dtype: string;
  bytes: number;
  whole: boolean;
  in_blocks: boolean;
  kind: "pictures" | "series" | "wave" | "numbers" | "classes" | "text";
  minimum: number | null;
  maximum: number | null;
  mean: number | null;
  missing: number | null;
  equal: number | null;
  classes: readonly ClassCount[] | null;
  histogram: readonly number[] | null;
  rows: readonly number[];
  samples: readonly Json[];
}

export interface Optimizer {
  class_name: string;
  config: { readonly [key: string]: Json };
}

export interface LossSettings {
  config: { readonly [key: string]: Json };
  fields: readonly Field[];
}

export interface MetricSettings {
  config: { readonly [key: string]: Json };
  fields: readonly Field[];
  name: string;
}

export interface Training {
  fields: readonly Field[];
  optimizer: Optimizer;
  of_optimizer: readonly Field[];
  loss: { readonly [key: string]: string | null };
  of_loss: { readonly [key: string]: LossSettings };
  of_metrics: readonly MetricSettings[];
  learning_rate: number | null;
  epochs: number;
  batch_size: number;
}

export interface RunSeries {
  name: string;
  phase: Phase;
  points: number;
}

export interface Mark {
  kind: "rate" | "change" | "stop" | "best" | TroubleKind;
  x: number;
  text: string;
  says: string;
}

export interface Best {
  metric: string;
  value: number;
  epoch: number;
}

export interface Trouble {
  kind: TroubleKind;
  sentence: string;
  hint: string;
  epoch: number;
  batch: number;
  lower: number | null;
}

export interface Conclusion {
  best: readonly Best[];
  last: { readonly [key: string]: number | null };
  test: { readonly [key: string]: number | null } | null;
  seconds: number;
  epochs: number;
  parameters: number;
  settings: readonly string[];
}

export interface FoldResult {
  fold: number;
  run: string | null;
  state: RunState;
  epochs: number;
  values: { readonly [key: string]: number | null };
}

export interface Folds {
  of: number;
  now: number | null;
  results: readonly FoldResult[];
  mean: { readonly [key: string]: number };
  spread: { readonly [key: string]: number };
}

export interface RankFares {
  rank: number;
  samples_per_second: number;
  waiting: number;
}

export interface Run {
  id: string | null;
  state: RunState;
  epoch: number;
  epochs: number;
  batch: number;
  batches: number | null;
  samples_per_second: number | null;
  ranks: readonly RankFares[];
  seconds: number;
  seconds_left: number | null;
  learning_rate: number | null;
  message: string;
  series: readonly RunSeries[];
  logs: { readonly [key: string]: number | null };
  changes: { readonly [key: string]: number };
  best: readonly Best[];
  marks: readonly Mark[];
  trouble: Trouble | null;
  conclusion: Conclusion | null;
  stale: string | null;
  blocking: boolean;
  starts: Starts;
  next_epoch: number;
  cost: number | null;
  every: number;
  error: string | null;
  fitting: number | null;
  weights_from: string | null;
  unrecorded: string | null;
  folds: Folds | null;
}

export interface RunRow {
  id: string;
  number: number;
  differs: string;
  epochs: number;
  planned: number;
  values: { readonly [key: string]: number | null };
  seconds: number;
  state: RunState;
}

export interface PiecesHead {
  name: string;
  phase: Phase;
  start: number;
  count: number;
}

export interface Points {
  kind: "points";
  run: string | null;
  series: readonly PiecesHead[];
}

export interface RunParent {
  run: string;
  epoch: number;
}

export interface KeptRun {
  id: string;
  number: number;
  document: string | null;
  began: number;
  ended: number | null;
  seconds: number;
  state: KeptState;
  epochs: number;
  planned: number;
  values: { readonly [key: string]: number | null };
  settings: { readonly [key: string]: string | number | boolean | null };
  tags: readonly string[];
  note: string;
  hidden: boolean;
  parent: RunParent | null;
  bytes: number;
}

export interface RunColumn {
  name: string;
  layer: string | null;
  label: string;
}

export interface StoreSize {
  bytes: number;
  quota: number;
  runs: number;
}

export interface RunList {
  version: number;
  whole: boolean;
  rows: readonly KeptRun[];
  gone: readonly string[];
  columns: readonly RunColumn[];
  size: StoreSize;
  trouble: string | null;
}

export interface RunCheckpoint {
  epoch: number;
  batch: number;
  best: boolean;
  last: boolean;
  pinned: boolean;
  bytes: number;
}

export interface RunEvent {
  at: number;
  when: number;
  text: string;
}

export interface DataPrint {
  name: string;
  fingerprint: string;
}

export interface GoingOnInCode {
  missing: string | null;
  code: string | null;
}

export interface RunDetails {
  missing: string | null;
  code: string | null;
  run: string;
  checkpoints: readonly RunCheckpoint[];
  events: readonly RunEvent[];
  log: readonly string[];
  data: readonly DataPrint[];
  rows: number | null;
  ended_by: string;
  versions: { readonly [key: string]: string };
  machine: string;
  opens: boolean;
}

export interface RunDifference {
  label: string;
  values: readonly string[];
}

export interface RunComparison {
  runs: readonly string[];
  differences: readonly RunDifference[];
  more: number;
  graph: Sameness;
  data: Sameness;
  seed: Sameness;
}

export interface RunCurve {
  run: string;
  name: string;
  phase: Phase;
  count: number;
}

export interface RunCurves {
  curves: readonly RunCurve[];
}

export interface Swept {
  bytes: number;
  checkpoints: number;
  runs: number;
}

export interface ResultSet {
  name: ResultSetName;
  title: string;
  rows: number;
}

export interface ResultFigure {
  label: string;
  value: string;
  below: string;
  how: string;
}

export interface ResultOutput {
  name: string;
  kind: OutputKind | null;
  classes: readonly string[];
  trouble: string | null;
}

export interface ResultRival {
  run: string;
  title: string;
}

export interface TryColumn {
  name: string;
  kind: "number" | "text" | "date" | "boolean" | "array";
  example: string;
  from_sample: boolean;
}

export interface TryForm {
  kind: TryKind;
  height: number;
  width: number;
  colours: boolean;
  columns: readonly TryColumn[];
  numbers: number;
  says: string;
}

export interface ResultsAnswer {
  stamp: string;
  of: ResultSetName;
  sets: readonly ResultSet[];
  rows: number;
  done: number;
  whole: boolean;
  outputs: readonly ResultOutput[];
  output: string;
  views: readonly ResultViewName[];
  figures: readonly ResultFigure[];
  notes: readonly string[];
  rivals: readonly ResultRival[];
  tries: TryForm | null;
  marked: number;
  left_out: number;
}

export interface ConfusionView {
  shown: readonly number[];
  names: readonly string[];
  counts: readonly (readonly number[])[];
  more: number;
}

export interface CurvesView {
  roc: readonly Point[] | null;
  area: number | null;
  precision_recall: readonly Point[] | null;
  average: number | null;
  says: string | null;
}

export interface CalibrationBin {
  low: number;
  high: number;
  count: number;
  stated: number | null;
  right: number | null;
}

export interface CalibrationView {
  bins: readonly CalibrationBin[];
  error: number | null;
}

export interface ClassRow {
  number: number;
  name: string;
  support: number;
  predicted: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

export interface ResidualsView {
  points: readonly Point[];
  rows: readonly number[];
  histogram: readonly number[];
  low: number;
  high: number;
  level: number;
  interval: Point | null;
}

export interface AgainstView {
  title: string;
  gained: number;
  lost: number;
  both: number;
  neither: number;
  whole: boolean;
}

export interface ResultView {
  confusion: ConfusionView | null;
  curves: CurvesView | null;
  calibration: CalibrationView | null;
  by_class: readonly ClassRow[] | null;
  residuals: ResidualsView | null;
  against: AgainstView | null;
  how: string;
}

export interface SampledInput {
  name: string;
  facts: ArrayFacts;
}

export interface SampleGroup {
  title: string;
  total: number;
  rows: readonly number[];
  captions: readonly string[];
  marked: readonly boolean[];
  inputs: readonly SampledInput[];
  columns: readonly PreviewedColumn[];
}

export interface ResultChance {
  name: string;
  share: number | null;
  text: string;
}

export interface OutputTold {
  name: string;
  value: string;
  chances: readonly ResultChance[];
}

export interface LayerLook {
  layer: string;
  title: string;
  panels: readonly InsidePanel[];
  total: number;
}

export interface SampleInside {
  row: number;
  truth: string | null;
  outputs: readonly OutputTold[];
  layers: readonly LayerLook[];
  more: number;
}

export interface TriedSample {
  seen: readonly SampledInput[];
  outputs: readonly OutputTold[];
  layers: readonly LayerLook[];
  more: number;
}

export interface Notice {
  kind: NoticeKind;
  saved: number | null;
  signed: number | null;
  by: string | null;
  here: boolean;
  layers: number;
  why: string | null;
}

export interface Saving {
  name: string | null;
  saved: number | null;
  writes: boolean;
  trouble: string | null;
  notice: Notice | null;
}

export interface VersionEntry {
  number: number;
  saved: number;
  layers: number;
  label: string;
}

export interface VersionsAnswer {
  versions: readonly VersionEntry[];
}

export interface States {
  view: "builder" | "dashboard" | "results";
  still: number;
  catalogue: Catalogue;
  blocks: readonly BlockEntry[];
  data: Data;
  training: Training;
  run: Run;
  runs: readonly RunRow[];
  forecast: Forecast;
  saving: Saving;
  before: string | null;
  log: readonly string[];
}

export interface StillPicture {
  number: number;
  words: string;
  width: number;
  height: number;
  html: string;
  text: string;
}

export interface Refusal {
  refused: string;
  hint?: string | null;
  field?: string | null;
  line?: number | null;
  column?: number | null;
  mend?: string | null;
}

export interface Done {
  version?: number;
  label?: string;
  nodes?: readonly string[];
  says?: string;
}

export interface Join {
  class_name: string;
  shape: readonly (number | null)[] | null;
  says: string | null;
}

export interface JoinsAnswer {
  joins: readonly Join[];
  taken: string | null;
}

export interface Fragment {
  text: string;
  layers: number;
}

export interface File {
  filename: string;
  mime: string;
}

export interface TextAnswer {
  texts: Texts;
}

export interface ScriptAnswer {
  script: string;
}

export interface CheckAnswer {
  check: TextCheck;
}

export interface MeaningAnswer {
  meaning: Meaning | null;
}

export interface ModelsAnswer {
  file: string;
  models: readonly TextModel[];
}

export interface YamlAnswer {
  yaml: string;
}

export interface FormAnswer {
  form: Form | null;
}

export interface WhyAnswer {
  why: Why;
}

export interface DevicesAnswer {
  options: readonly string[];
  labels: { readonly [key: string]: string };
}

export interface ForecastAnswer {
  forecast: Forecast;
}

export interface FactsAnswer {
  facts: ArrayFacts;
}

export interface SplitAnswer {
  test: TestSet | null;
  own: TestSet | null;
  validates: number | null;
  shared: readonly SharedRows[];
}

export interface Nothing {
}

export interface RunName {
  run: string;
}

export interface RunNames {
  runs: readonly string[];
}

export interface RunsSince {
  since?: number | null;
}

export interface CurvesOf {
  runs: readonly string[];
  names: readonly string[];
  epochs?: readonly number[];
}

export interface NoteRun {
  run: string;
  note: string;
}

export interface TagRun {
  run: string;
  tags: readonly string[];
}

export interface HideRuns {
  runs: readonly string[];
  hidden: boolean;
}

export interface RunEpoch {
  run: string;
  epoch: number;
}

export interface PinCheckpoint {
  run: string;
  epoch: number;
  batch: number;
  pinned: boolean;
}

export interface Sweep {
  dry: boolean;
}

export interface ResultsOf {
  of?: ResultSetName | null;
  output?: string | null;
  times?: number;
}

export interface OfResults {
  of: ResultSetName;
  output: string;
  stamp?: string;
}

export interface ViewOf {
  of: ResultSetName;
  output: string;
  stamp?: string;
  view: ResultViewName;
  one?: number;
  run?: string | null;
}

export interface SamplesOf {
  of: ResultSetName;
  output: string;
  stamp?: string;
  group: "cell" | "worst" | "gained" | "lost" | "marked" | "near";
  true?: number;
  predicted?: number;
  run?: string | null;
  first?: number;
  rows?: readonly number[];
}

export interface SampleOf {
  of: ResultSetName;
  output: string;
  stamp?: string;
  row: number;
}

export interface MarkSamples {
  of: ResultSetName;
  rows: readonly number[];
  marked: boolean;
}

export interface LeaveOut {
  of: ResultSetName;
  back: boolean;
}

export interface TrySample {
  of: ResultSetName;
  kind: TryKind;
  height?: number;
  width?: number;
  drawn?: boolean;
  text?: string;
  row?: { readonly [key: string]: string };
  numbers?: string;
  sample?: number;
}

export interface ResultPicture {
  of: ResultSetName;
  output: string;
  stamp?: string;
  view: ResultViewName;
  one?: number;
  run?: string | null;
  format: "png" | "svg" | "pdf";
}

export interface SetTarget {
  column: string;
}

export interface PictureTable {
  path: string;
}

export interface ValidationSource {
  name: string | null;
}

export interface MendTable {
  finding: number;
}

export interface AddTableStep {
  step: string;
  columns: readonly string[];
}

export interface OneTableStep {
  step: number;
}

export interface TableStepOf {
  step: number;
  text: string;
}

export interface TableLookOf {
  name: string;
  about: string;
}

export interface FetchSet {
  name: string;
  begin: boolean;
}

export interface SetTableStep {
  step: number;
  field: string;
  value: Json;
}

export interface MoveTableStep {
  step: number;
  to: number;
}

export interface UseColumn {
  column: string;
  used: boolean;
}

export interface SetTableSplit {
  field: string;
  value: Json;
}

export interface TextsOf {
  dialect?: Dialect | null;
}

export interface CheckText {
  format: "yaml" | "json" | "python";
  text: string;
  model?: string | null;
}

export interface AtLetter {
  format: "yaml" | "json" | "python";
  text: string;
  at: number;
}

export interface Paste {
  format: "yaml" | "json" | "python";
  text: string;
  typed?: boolean;
  file?: string;
  model?: string;
}

export interface Add {
  class_name: string;
  settings?: { readonly [key: string]: Json };
  after?: string | null;
  wire?: string | null;
  position?: Point | null;
  beside?: boolean;
}

export interface AddWith {
  class_name: string;
  settings?: { readonly [key: string]: Json };
  after?: string | null;
  wire?: string | null;
  position?: Point | null;
  beside?: boolean;
  before?: Json;
  set?: Json;
}

export interface Remove {
  nodes: readonly string[];
  heal?: boolean;
}

export interface PasteLayers {
  text: string;
  after?: string | null;
  wire?: string | null;
  position?: Point | null;
}

export interface Connect {
  source: string;
  target: string;
  index?: number | null;
}

export interface Merge {
  source: string;
  target: string;
  merge: string;
}

export interface Ends {
  source: string;
  target: string;
}

export interface SomeWires {
  wires: readonly string[];
}

export interface Reorder {
  node: string;
  after: string | null;
}

export interface Insert {
  node: string;
  wire: string;
}

export interface UseAgain {
  node: string;
  position?: Point | null;
}

export interface Move {
  positions: { readonly [key: string]: Point };
}

export interface Align {
  nodes: readonly string[];
  side: "left" | "right" | "top" | "bottom" | "center" | "middle";
  places: { readonly [key: string]: Point };
}

export interface Distribute {
  nodes: readonly string[];
  axis: "horizontal" | "vertical";
  places: { readonly [key: string]: Point };
}

export interface MarkOutput {
  node: string;
  output: boolean;
}

export interface Replace {
  node: string;
  class_name: string;
}

export interface Freeze {
  nodes: readonly string[];
  frozen?: boolean;
}

export interface Bypass {
  nodes: readonly string[];
  bypassed?: boolean;
}

export interface Group {
  nodes: readonly string[];
  name?: string;
}

export interface Wrap {
  layers: readonly string[];
  wrapper: string | null;
}

export interface SetField {
  layers: readonly string[];
  field: string;
  value: Json;
}

export interface Rename {
  layer: string;
  name: Json;
}

export interface AddNote {
  text: string;
  position: Point;
}

export interface SetNote {
  note: string;
  text?: string;
  position?: Point;
  size?: Point;
}

export interface ApplyMend {
  problem: string;
  mend: string;
}

export interface AddBlock {
  name: string;
  after?: string | null;
  wire?: string | null;
  position?: Point | null;
}

export interface SaveBlock {
  nodes: readonly string[];
  name?: string;
}

export interface OneNode {
  node: string;
}

export interface SomeNodes {
  nodes: readonly string[];
}

export interface Named {
  name: string;
}

export interface OneNote {
  note: string;
}

export interface SearchFor {
  text: string;
  after: string | null;
  wire: string | null;
  find?: boolean;
  all?: boolean;
}

export interface TryOut {
  command: { readonly [key: string]: Json };
}

export interface CanvasSize {
  width: number;
  height: number;
}

export interface OpenFold {
  fold: string;
  open: boolean;
}

export interface OpenAll {
  open: boolean;
}

export interface ArrayKey {
  key: string;
  source?: string | null;
  shape?: readonly number[];
  times?: number;
}

export interface ChosenSource {
  kind: string;
  name: string;
}

export interface SetData {
  source?: ChosenSource;
  inputs?: { readonly [key: string]: string | null };
  targets?: { readonly [key: string]: string | null };
  validation_split?: Json;
  validation?: { readonly [key: string]: string } | null;
}

export interface SetTraining {
  optimizer?: Json;
  learning_rate?: Json;
  loss?: Json;
  metrics?: Json;
  epochs?: Json;
  batch_size?: Json;
  shuffle?: Json;
  seed?: Json;
  device?: Json;
  precision?: Json;
  processes?: Json;
  terminate_on_nan?: Json;
}

export interface New {
  kind?: string;
}

export interface SetKind {
  kind: string;
}

export interface FromArrays {
  source?: string;
  kind?: string;
  input?: string;
  target?: string;
}

export interface Export {
  what: "yaml" | "json" | "python" | "svg" | "png" | "pdf" | "weights" | "history";
  dialect?: Dialect | null;
}

export interface OpenData {
  path: string;
  mend?: boolean;
}

export interface OpenModel {
  path: string;
}

export interface OpenFile {
  name: string;
}

export interface LoadWeights {
  path: string;
}

export interface VersionNumber {
  version: number;
}

export interface SavedAt {
  saved: number | null;
}

export interface Start {
  mode?: "continue" | "again" | null;
}

export interface Rate {
  value: Json;
}

export interface SplitOf {
  arrays: readonly string[];
  source?: string | null;
  share?: number;
  times?: number;
  measured?: string;
}

export interface Gestures {
  graph: [Nothing, GraphChange];
  points: [Nothing, Points];
  run_points: [RunName, Points];
  list_runs: [RunsSince, RunList];
  run_details: [RunName, RunDetails];
  run_curves: [CurvesOf, RunCurves];
  compare_runs: [RunNames, RunComparison];
  still: [Nothing, StillPicture];
  form: [SomeNodes, FormAnswer];
  why: [OneNode, WhyAnswer];
  texts: [TextsOf, TextAnswer];
  script: [Nothing, ScriptAnswer];
  check_text: [CheckText, CheckAnswer];
  completions: [AtLetter, Completions];
  meaning: [AtLetter, MeaningAnswer];
  models: [Nothing, ModelsAnswer];
  yaml: [Nothing, YamlAnswer];
  search: [SearchFor, SearchAnswer];
  consequences: [TryOut, Consequences];
  copy: [SomeNodes, Fragment];
  joins: [Ends, JoinsAnswer];
  array_facts: [ArrayKey, FactsAnswer];
  split: [SplitOf, SplitAnswer];
  export: [Export, File];
  canvas: [CanvasSize, Done];
  open_fold: [OpenFold, Done];
  open_all: [OpenAll, Done];
  reveal: [OneNode, Done];
  add: [Add, Done];
  add_with: [AddWith, Done];
  add_block: [AddBlock, Done];
  save_block: [SaveBlock, Done];
  remove_block: [Named, Done];
  remove: [Remove, Done];
  cut: [SomeNodes, Done];
  duplicate: [SomeNodes, Done];
  paste_layers: [PasteLayers, Done];
  connect: [Connect, Done];
  connect_or_merge: [Merge, Done];
  disconnect: [SomeWires, Done];
  reorder: [Reorder, Done];
  insert: [Insert, Done];
  use_again: [UseAgain, Done];
  move: [Move, Done];
  arrange: [Nothing, Done];
  align: [Align, Done];
  distribute: [Distribute, Done];
  mark_output: [MarkOutput, Done];
  replace: [Replace, Done];
  freeze: [Freeze, Done];
  bypass: [Bypass, Done];
  group: [Group, Done];
  ungroup: [OneNode, Done];
  wrap: [Wrap, Done];
  set: [SetField, Done];
  rename: [Rename, Done];
  note: [AddNote, Done];
  set_note: [SetNote, Done];
  remove_note: [OneNote, Done];
  mend: [ApplyMend, Done];
  mend_data: [ApplyMend, Done];
  inside: [LookInside, InsideAnswer];
  probe: [ProbeOf, ProbeAnswer];
  signals: [SignalsOf, SignalsAnswer];
  since: [OneNode, SinceAnswer];
  steps: [StepsOf, StepsAnswer];
  breaks: [BreaksOf, BreaksAnswer];
  set_data: [SetData, Done];
  set_training: [SetTraining, Done];
  devices: [Nothing, DevicesAnswer];
  new: [New, Done];
  set_kind: [SetKind, Done];
  name_model: [Named, Done];
  template: [Named, Done];
  paste: [Paste, Done];
  choose_model: [Named, Done];
  undo: [Nothing, Done];
  redo: [Nothing, Done];
  from_arrays: [FromArrays, Done];
  bring_back: [Nothing, Done];
  versions: [SavedAt, VersionsAnswer];
  open_version: [VersionNumber, Done];
  rename_document: [Named, Nothing];
  save_copy: [Nothing, Nothing];
  take_over: [Nothing, Nothing];
  close_notice: [Nothing, Nothing];
  open_model: [OpenModel, Done];
  open_file: [OpenFile, Done];
  load_weights: [LoadWeights, Nothing];
  open_data: [OpenData, Done];
  set_target: [SetTarget, Done];
  mend_table: [MendTable, Done];
  set_picture_table: [PictureTable, Done];
  set_validation_source: [ValidationSource, Done];
  add_table_step: [AddTableStep, Done];
  set_table_step: [SetTableStep, Done];
  remove_table_step: [OneTableStep, Done];
  move_table_step: [MoveTableStep, Done];
  use_column: [UseColumn, Done];
  set_table_split: [SetTableSplit, Done];
  table_step: [TableStepOf, StepPreview];
  table_look: [TableLookOf, TableLook];
  fetch_set: [FetchSet, FetchAnswer];
  refresh_data: [Nothing, Done];
  start: [Start, Done];
  train_folds: [Nothing, Nothing];
  step: [Start, Done];
  pause: [Nothing, Done];
  resume: [Nothing, Done];
  stop: [Nothing, Done];
  stop_best: [Nothing, Done];
  open_run: [RunName, Done];
  repeat_run: [RunName, Done];
  resume_run: [RunName, Done];
  branch_run: [RunEpoch, Done];
  restore_epoch: [RunEpoch, Done];
  restart_lower: [Nothing, Done];
  go_on_smaller: [Nothing, Done];
  learning_rate: [Rate, Done];
  note_run: [NoteRun, Nothing];
  tag_run: [TagRun, Nothing];
  hide_runs: [HideRuns, Nothing];
  pin_checkpoint: [PinCheckpoint, Nothing];
  delete_runs: [RunNames, Nothing];
  undelete_runs: [RunNames, Nothing];
  sweep_runs: [Sweep, Swept];
  export_run: [RunName, File];
  results: [ResultsOf, ResultsAnswer];
  result_view: [ViewOf, ResultView];
  result_samples: [SamplesOf, SampleGroup];
  result_inside: [SampleOf, SampleInside];
  result_try: [TrySample, TriedSample];
  result_picture: [ResultPicture, File];
  mark_samples: [MarkSamples, Nothing];
  leave_out: [LeaveOut, Nothing];
}
