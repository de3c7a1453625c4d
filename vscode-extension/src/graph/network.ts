// The network as a person thinks of it: weights belong to the operation that uses them, and edges connect operations.

import type { GraphBody, GraphNode, TensorFact } from '../protocol';
import type { Leaf } from './blocks';

export interface Operation {
  node: GraphNode;
  /** Variables and constants that only this operation reads. */
  weights: { parameter: string; node: GraphNode }[];
}

export interface Network {
  operations: Operation[];
  leaves: Leaf[];
  /** Operation (index) that defines a tensor; weights that were taken in count as their user. */
  producer: Map<string, number>;
  consumers: Map<string, number[]>;
  facts: Map<string, TensorFact>;
  indexOf: Map<string, number>;       // id of any node -> operation that shows it
}

export function network(body: GraphBody): Network {
  const users = new Map<string, GraphNode[]>();
  for (const node of body.nodes) for (const { tensor } of node.inputs) append(users, tensor, node);
  const taken = new Map<GraphNode, GraphNode>();
  for (const node of body.nodes) {
    if (node.kind !== 'weights' && node.kind !== 'constant') continue;
    const readers = new Set(node.outputs.flatMap(({ name }) => users.get(name) ?? []));
    if (readers.size === 1 && !node.outputs.some(({ name }) => body.outputs.includes(name))) taken.set(node, [...readers][0]);
  }
  return assemble(body, taken);
}

function assemble(body: GraphBody, taken: Map<GraphNode, GraphNode>): Network {
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
  return variables.reduce((sum, { outputs }) => sum + (outputs[0]?.shape ?? [0]).reduce<number>((product, extent) => (typeof extent === 'number' ? product * extent : 0), 1), 0);
}

/** Operations look alike when they do the same with tensors of the same rank. */
function signature(node: GraphNode): string {
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
  net.leaves.forEach((leaf, index) => { leaf.live = live += change[index]; });
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
