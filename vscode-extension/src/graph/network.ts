// The network as a person thinks of it: weights belong to the operation that uses them, and edges connect operations.

import type { GraphNode, GraphView, TensorFact } from '../protocol';
import type { Leaf } from './blocks';

/** A node without its places in the text, which stay with the panel: they are half of what would be sent to the view. */
export type Drawn = Omit<GraphNode, 'range' | 'selectionRange'> & { at?: number };
export interface DrawnBody {
  inputs: string[];
  outputs: string[];
  nodes: Drawn[];
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
  /** Variables and constants that only this operation reads. */
  weights: { parameter: string; node: Drawn }[];
}

export interface Network {
  operations: Operation[];
  leaves: Leaf[];
  /** Operation (index) that defines a tensor; weights that were taken in count as their user. */
  producer: Map<string, number>;
  consumers: Map<string, number[]>;
  facts: Map<string, TensorFact>;
  indexOf: Map<string, number>; // id of any node -> operation that shows it
}

export function network(body: DrawnBody): Network {
  const users = new Map<string, Drawn[]>();
  for (const node of body.nodes) for (const { tensor } of node.inputs) append(users, tensor, node);
  const taken = new Map<Drawn, Drawn>();
  for (const node of body.nodes) {
    if (node.kind !== 'weights' && node.kind !== 'constant') continue;
    const readers = new Set(node.outputs.flatMap(({ name }) => users.get(name) ?? []));
    if (readers.size === 1 && !node.outputs.some(({ name }) => body.outputs.includes(name))) taken.set(node, [...readers][0]);
  }
  return assemble(body, taken);
}

function assemble(body: DrawnBody, taken: Map<Drawn, Drawn>): Network {
  const operations = body.nodes.filter((node) => !taken.has(node)).map((node): Operation => ({ node, weights: [] }));
  const indexOf = new Map(operations.map(({ node }, index) => [node.id, index]));
  const net: Network = { operations, leaves: [], producer: new Map(), consumers: new Map(), facts: new Map(), indexOf };
  for (const node of body.nodes) {
    const reader = taken.get(node);
    const index = indexOf.get((reader ?? node).id);
    if (index === undefined) continue;
    indexOf.set(node.id, index);
    for (const fact of node.outputs) net.facts.set(fact.name, fact);
    if (reader) {
      const parameter = reader.inputs.find(({ tensor }) => tensor === node.outputs[0]?.name)?.parameter ?? '';
      operations[index].weights.push({ parameter, node });
    } else for (const { name } of node.outputs) net.producer.set(name, index);
  }
  operations.forEach(({ node }, index) => {
    for (const tensor of new Set(node.inputs.map((input) => input.tensor))) append(net.consumers, tensor, index);
  });
  net.leaves = operations.map(({ node }) => ({ id: node.id, signature: signature(node), live: 0 }));
  countLive(net);
  return net;
}

/** Trained numbers of an operation: the items of its variables whose shapes are known. */
export function parametersOf({ node, weights }: Operation): number {
  const variables = [node, ...weights.map((weight) => weight.node)].filter(({ kind }) => kind === 'weights');
  return variables.reduce(
    (sum, { outputs }) =>
      sum + (outputs[0]?.shape ?? [0]).reduce<number>((product, extent) => (typeof extent === 'number' ? product * extent : 0), 1),
    0,
  );
}

/** Operations look alike when they do the same with tensors of the same rank. */
function signature(node: Drawn): string {
  return `${node.operation}/${node.inputs.length}/${node.outputs.map(({ shape }) => shape?.length ?? '?').join()}`;
}

/** How many tensors are alive just before each operation. */
function countLive(net: Network): void {
  const change = new Array<number>(net.operations.length + 1).fill(0);
  for (const [tensor, producer] of net.producer) {
    const last = Math.max(producer, ...(net.consumers.get(tensor) ?? []));
    change[producer + 1]++;
    if (last + 1 < change.length) change[last + 1]--;
  }
  let live = 0;
  net.leaves.forEach((leaf, index) => {
    leaf.live = live += change[index];
  });
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
