// The network as a person thinks of it: weights belong to the operation that uses them, and edges connect operations.

import type { GraphBox, GraphNode, GraphView, TensorFact } from '../protocol';

/** A node without its places in the text, which stay with the panel: they are half of what would be sent to the view. */
export type Drawn = Omit<GraphNode, 'range' | 'selectionRange'> & { at?: number };
export interface DrawnBody {
  inputs: string[];
  outputs: string[];
  nodes: Drawn[];
  boxes?: GraphBox[];
}
export type DrawnView = Omit<GraphView, 'nodes' | 'fragments'> & DrawnBody & { fragments: Record<string, DrawnBody> };

/** The picture of a graph and, by the `at` of its nodes, where they are written. */
export function withoutPlaces(view: GraphView): { drawn: DrawnView; places: GraphNode['selectionRange'][] } {
  const places: GraphNode['selectionRange'][] = [];
  const strip = ({ range: _, selectionRange, ...node }: GraphNode): Drawn => ({ ...node, at: places.push(selectionRange) - 1 });
  const fragments = Object.entries(view.fragments).map(([name, body]): [string, DrawnBody] => [
    name,
    { ...body, nodes: body.nodes.map(strip) },
  ]);
  return { drawn: { ...view, nodes: view.nodes.map(strip), fragments: Object.fromEntries(fragments) }, places };
}

export interface Operation {
  node: Drawn;
  /** Variables and constants that it reads, through what only reshapes them too; `shared`: another operation has them first. */
  weights: { parameter: string; node: Drawn; shared: boolean }[];
}

export interface Network {
  operations: Operation[];
  /** Operation (index) that defines a tensor; weights that were taken in count as their user. */
  producer: Map<string, number>;
  consumers: Map<string, number[]>;
  facts: Map<string, TensorFact>;
  indexOf: Map<string, number>; // id of any node -> operation that shows it
}

export function network(body: DrawnBody): Network {
  const operations = body.nodes.filter((node) => !node.folded).map((node): Operation => ({ node, weights: [] }));
  const indexOf = new Map(operations.map(({ node }, index) => [node.id, index]));
  const net: Network = { operations, producer: new Map(), consumers: new Map(), facts: new Map(), indexOf };
  for (const node of body.nodes) for (const fact of node.outputs) net.facts.set(fact.name, fact);
  operations.forEach(({ node }, index) => {
    for (const { name } of node.outputs) net.producer.set(name, index);
    for (const tensor of new Set(node.inputs.map((input) => input.tensor))) append(net.consumers, tensor, index);
  });
  fold(body, net);
  return net;
}

/** A folded statement is told with the operations that read it, at most a few of them, the first of which has its numbers. */
function fold(body: DrawnBody, net: Network): void {
  const users = new Map<string, { index: number; parameter: string }[]>();
  for (const node of [...body.nodes].reverse()) {
    const index = net.indexOf.get(node.id);
    const readers = node.folded ? node.outputs.flatMap(({ name }) => users.get(name) ?? []) : [];
    if (node.folded) tell(node, readers, net);
    for (const { tensor, parameter } of node.inputs) {
      const known = users.get(tensor) ?? [];
      const more = node.folded ? readers : index === undefined ? [] : [{ index, parameter }];
      users.set(tensor, [...more, ...known].slice(0, READERS));
    }
  }
}

const READERS = 8;

function tell(node: Drawn, readers: { index: number; parameter: string }[], net: Network): void {
  if (readers.length) net.indexOf.set(node.id, readers[0].index);
  else {
    const source = node.inputs.map(({ tensor }) => net.producer.get(tensor)).find((index) => index !== undefined);
    if (source !== undefined) net.indexOf.set(node.id, source);
  }
  if (node.kind !== 'weights' && node.kind !== 'constant') return;
  const told = new Set<number>();
  for (const { index, parameter } of readers) {
    if (!told.has(index)) net.operations[index].weights.unshift({ parameter, node, shared: told.size > 0 });
    told.add(index);
  }
}

/** Trained numbers of an operation: the items of its variables whose shapes are known. */
export function parametersOf({ node, weights }: Operation): number {
  const variables = [node, ...weights.filter(({ shared }) => !shared).map((weight) => weight.node)].filter(
    ({ kind }) => kind === 'weights',
  );
  return variables.reduce(
    (sum, { outputs }) =>
      sum + (outputs[0]?.shape ?? [0]).reduce<number>((product, extent) => (typeof extent === 'number' ? product * extent : 0), 1),
    0,
  );
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
