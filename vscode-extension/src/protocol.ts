// The types of docs/protocol.md, word for word. Imported by the extension host and by the web views: no `vscode` here.

export interface Position {
  line: number;
  character: number;
}
export interface Range {
  start: Position;
  end: Position;
}

/** JSON has no infinities: "nan", "inf" and "-inf" stand for themselves. */
export type Numeric = number | 'nan' | 'inf' | '-inf';
export type Extent = number | string | null;
export interface TensorFact {
  name: string;
  dtype: string;
  shape: Extent[] | null;
}

export type Kind =
  | 'input'
  | 'weights'
  | 'constant'
  | 'convolution'
  | 'pooling'
  | 'normalization'
  | 'activation'
  | 'elementwise'
  | 'reduction'
  | 'shape'
  | 'matrix'
  | 'quantization'
  | 'fragment'
  | 'other';

export interface GraphInput {
  tensor: string;
  parameter: string;
}
export interface GraphNode {
  id: string;
  operation: string;
  kind: Kind;
  fragment?: true;
  inputs: GraphInput[];
  outputs: TensorFact[];
  attributes: [string, string][];
  label?: string;
  module?: string;
  folded?: true;
  macs?: number;
  range: Range;
  selectionRange: Range;
  seconds?: number;
}
/** A node, by its place in `nodes`, or several. */
export type GraphBox = number | GraphGroup;
export interface GraphGroup {
  id: string;
  kind: 'module' | 'repeat' | 'part';
  title: string;
  times?: number;
  boxes: GraphBox[];
}
export interface GraphBody {
  inputs: string[];
  outputs: string[];
  nodes: GraphNode[];
  boxes?: GraphBox[];
}
export interface GraphView extends GraphBody {
  version: number | null;
  name: string;
  parameters: number;
  fragments: Record<string, GraphBody>;
}

export interface TensorWindow {
  rowAxis: number;
  columnAxis: number;
  index: number[];
  rows: number;
  columns: number;
}
export interface PictureQuery {
  layout: 'filters' | 'channels' | 'rgb';
  first: number;
  count: number;
  size?: number;
}
export type TensorSource = { uri: string; tensor?: string } | { run: string; tensor: string };
export interface TensorParams {
  source: TensorSource;
  statistics?: boolean;
  bins?: number;
  window?: TensorWindow;
  pictures?: PictureQuery;
}
export interface Statistics {
  min: Numeric;
  max: Numeric;
  mean: Numeric;
  std: Numeric;
  zeros: number;
  nans: number;
  infinities: number;
  sampled: boolean;
}
export interface Histogram {
  edges: Numeric[];
  counts: number[];
}
export interface Picture {
  index: number[];
  min: Numeric;
  max: Numeric;
  data: string;
}
export interface TensorView {
  header: {
    dtype: string;
    shape: number[];
    items: number;
    bytes: number;
    bits: number;
    format: string;
    details: [string, string][];
  };
  problems: string[];
  statistics?: Statistics;
  histogram?: Histogram;
  window?: { values: (Numeric | string | boolean)[][]; rows: number; columns: number };
  pictures?: { total: number; first: number; height: number; width: number; channels: 1 | 3; items: Picture[] };
}

export interface TensorList {
  tensors: { name: string; dtype: string; shape: number[]; bytes: number }[];
  problems: string[];
}

export interface RunParams {
  uri: string;
  inputs?: Record<string, string>;
  engine?: string;
  symbols?: Record<string, number>;
  keep?: string[];
  expected?: string;
  labels?: string;
  rtol?: number;
  atol?: number;
  show?: boolean;
}
export interface RunTensor {
  name: string;
  output: boolean;
  dtype: string;
  shape: number[];
  statistics?: Statistics;
  histogram?: Histogram;
  top?: { index: number; value: number; label?: string }[];
  range?: Range;
}
export interface ComparedTensor {
  name: string;
  ok: boolean;
  maxAbsoluteError: Numeric;
  maxRelativeError: Numeric;
  at?: number[];
  problem?: string;
  range?: Range;
}
export interface RunResult {
  ok: boolean;
  run?: string;
  message?: string;
  symbols?: string[];
  engine: string;
  seconds: number;
  tensors: RunTensor[];
  operations: { id: string; operation: string; seconds: number; range: Range }[];
  compared?: { ok: boolean; tensor?: string; problem?: string; tensors: ComparedTensor[] };
}
export interface SavedInputs {
  name: string;
  inputs: Record<string, string>;
  symbols: Record<string, number>;
}
export interface RunNeeds {
  inputs: TensorFact[];
  tensors: string[];
  engines: string[];
  sets: string[];
  saved: SavedInputs[];
  problems: string[];
}
export interface SaveAnswer {
  ok: boolean;
  path?: string;
  message?: string;
}

export interface Work {
  version: number | null;
  macs: number | null;
  statements: Record<string, number | null>;
  at: Record<string, number>;
}

export interface DialectState {
  dialect: string;
  title: string;
  detected: string;
  chosen: string | null;
  project: string | null;
  setting: string | null;
  dialects: { name: string; title: string }[];
}

export interface ArchiveEntry {
  path: string;
  size: number;
  folder: boolean;
}
export interface ArchiveListing {
  entries: ArchiveEntry[];
  problems: string[];
}
