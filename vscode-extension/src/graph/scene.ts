// What is visible: boxes, laid out group by group.
//
// An open group is laid out by itself and then stands in its parent as one large box. That keeps every single layout
// small (dagre: 60 ms for 100 boxes, a second for 1,000, out of stack at 3,000), lets unchanged groups be reused, and
// keeps the surroundings where they were when a group opens. Tried and dropped: dagre's compound graphs (slow, edges
// cross the groups), elkjs (better edges, but 1.6 MB and 0.2 s for 100 boxes), cytoscape (0.4 MB, no layered layout).

import { type Group, type Item, isGroup, items as itemsOf, leavesOf } from './blocks';
import { layered, type Placed, type Point } from './layout';
import { type Drawn, type DrawnBody, type DrawnView, type Network, network, type Operation } from './network';

export const OPERATION = { width: 168, height: 46 };
export const GROUP = { width: 190, height: 58 };
/** Of a letter of a group's title, and the widest box. */
export const LETTER = 7.4;
const LONGEST = 380;
const HEADER = 30,
  PADDING = 14,
  PORT = { width: 14, height: 14 };

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number; // top left corner, in its parent
  operation?: Operation;
  group?: { kind: Group['kind'] | 'fragment'; title: string; detail: string; open: boolean };
  port?: { tensor: string; into: boolean };
  /** Of the operations inside, for finding and for times. */
  members: Operation[];
  inside?: Scene;
  depth: number;
}
export interface Edge {
  tensor: string;
  from: string;
  to: string;
  points: Point[];
  label: string;
  at: Point;
}
export interface Scene {
  boxes: Box[];
  edges: Edge[];
  width: number;
  height: number;
}

export interface Picture {
  scene: Scene;
  /** Where a node is: ids of the groups that must be open to see it, outermost first. */
  path(id: string): string[] | undefined;
  net: Network;
}

export function picture(view: DrawnView, open: ReadonlySet<string>): Picture {
  const top = scope(view, '');
  const paths = new Map<string, string[]>();
  walk(top.items, [], (leaf, path) => paths.set(top.net.operations[leaf].node.id, path));
  for (const [id, index] of top.net.indexOf) paths.set(id, paths.get(top.net.operations[index].node.id)!);
  return { scene: scene(view, top, top.items, open, 0, undefined), path: (id) => paths.get(id), net: top.net };
}

interface Scope {
  body: DrawnBody;
  prefix: string;
  net: Network;
  items: Item[];
}

function scope(body: DrawnBody, prefix: string): Scope {
  const net = network(body);
  const leaves = new Map(net.operations.map(({ node }, index) => [node, index]));
  return { body, prefix, net, items: itemsOf(body.boxes, body.nodes.length, (node) => leaves.get(body.nodes[node])) };
}

function walk(items: Item[], path: string[], visit: (leaf: number, path: string[]) => void): void {
  for (const item of items) {
    if (isGroup(item)) walk(item.items, [...path, item.id], visit);
    else visit(item.leaf, path);
  }
}

/** Lays out some items of a scope. `within` is the group or the call that they are inside of. */
function scene(
  view: DrawnView,
  { body, prefix, net, items: _ }: Scope,
  items: Item[],
  open: ReadonlySet<string>,
  depth: number,
  within: string | undefined,
): Scene {
  const here: Scope = { body, prefix, net, items };
  const boxes = items.map((item) =>
    isGroup(item) ? groupBox(view, here, item, open, depth) : leafBox(view, here, item.leaf, open, depth),
  );
  const owner = new Map<number, number>();
  items.forEach((item, at) => {
    for (const leaf of leavesOf(item)) owner.set(leaf, at);
  });
  const links = new Map<string, { from: string; to: string; tensor: string; more: number }>();
  const link = (from: string, to: string, tensor: string) => {
    const key = `${from}\n${to}`;
    const known = links.get(key);
    if (!known) links.set(key, { from, to, tensor, more: 0 });
    else if (known.tensor !== tensor) known.more++;
  };
  const ports = new Map<string, Box>();
  const port = (tensor: string, into: boolean): string => {
    const id = `${prefix}${within ?? ''}:${into ? 'in' : 'out'}:${tensor}`;
    if (!ports.has(id)) ports.set(id, { id, x: 0, y: 0, ...PORT, port: { tensor, into }, members: [], depth });
    return id;
  };
  connect(here, owner, boxes, within, link, port);
  const all = [...boxes, ...ports.values()];
  const edges = [...links.values()].map(({ from, to, tensor, more }) => ({ from, to, tensor, label: edgeLabel(net, tensor, more) }));
  const placed = layered(
    all,
    edges.map(({ from, to, label }) => ({ from, to, text: label.length })),
  );
  return assemble(all, edges, placed);
}

function connect(
  { body, net }: Scope,
  owner: Map<number, number>,
  boxes: Box[],
  within: string | undefined,
  link: (from: string, to: string, tensor: string) => void,
  port: (tensor: string, into: boolean) => string,
): void {
  const nested = within !== undefined;
  for (const [leaf, at] of owner) {
    for (const { tensor } of net.operations[leaf].node.inputs) {
      const producer = net.producer.get(tensor);
      const from = producer === undefined ? undefined : owner.get(producer);
      if (from !== undefined && from !== at) link(boxes[from].id, boxes[at].id, tensor);
      else if (from === undefined && nested && (producer !== undefined || body.inputs.includes(tensor)))
        link(port(tensor, true), boxes[at].id, tensor);
    }
    if (!nested) continue;
    for (const { name } of net.operations[leaf].node.outputs) {
      const used = (net.consumers.get(name) ?? []).some((consumer) => !owner.has(consumer));
      if (used || body.outputs.includes(name)) link(boxes[at].id, port(name, false), name);
    }
  }
}

function edgeLabel(net: Network, tensor: string, more: number): string {
  const shape = net.facts.get(tensor)?.shape;
  const text = shape ? shape.map((extent) => extent ?? '?').join('×') : '';
  return more ? `${text} +${more}` : text;
}

function assemble(boxes: Box[], links: Omit<Edge, 'points' | 'at'>[], placed: Placed): Scene {
  boxes.forEach((box, index) => {
    [box.x, box.y] = [placed.nodes[index].x, placed.nodes[index].y];
  });
  const edges = links.map((link, index): Edge => ({ ...link, points: placed.edges[index].points, at: placed.edges[index].label }));
  return { boxes, edges, width: placed.width, height: placed.height };
}

function leafBox(view: DrawnView, from: Scope, leaf: number, open: ReadonlySet<string>, depth: number): Box {
  const operation = from.net.operations[leaf];
  const id = from.prefix + operation.node.id;
  const box: Box = { id, x: 0, y: 0, ...OPERATION, operation, members: [operation], depth };
  const body = operation.node.fragment && depth < 12 ? view.fragments[operation.node.operation] : undefined;
  if (!body) return box;
  const group = {
    kind: 'fragment' as const,
    title: operation.node.operation,
    detail: `${operation.node.id} · ${summary(body.nodes)}`,
    open: open.has(id),
  };
  return opened({ ...box, ...GROUP, group }, () => {
    const inner = scope(body, `${id}/`);
    return scene(view, inner, inner.items, open, depth + 1, id);
  });
}

function groupBox(view: DrawnView, from: Scope, item: Group, open: ReadonlySet<string>, depth: number): Box {
  const id = from.prefix + item.id;
  const members = item.leaves.map((leaf) => from.net.operations[leaf]);
  const group = { kind: item.kind, title: item.title, detail: summary(members.map(({ node }) => node)), open: open.has(id) };
  const box: Box = { id, x: 0, y: 0, ...GROUP, width: widthOf(item.title), group, members, depth };
  return opened(box, () => scene(view, from, item.items, open, depth + 1, item.id));
}

function opened(box: Box, inside: () => Scene): Box {
  if (!box.group?.open) return box;
  box.inside = inside();
  box.width = Math.max(box.inside.width + 2 * PADDING, GROUP.width);
  box.height = box.inside.height + HEADER + PADDING;
  const [x, y] = [PADDING + (box.width - 2 * PADDING - box.inside.width) / 2, HEADER];
  const moved = (point: Point): Point => ({ x: point.x + x, y: point.y + y });
  for (const child of box.inside.boxes) Object.assign(child, moved(child));
  for (const edge of box.inside.edges) [edge.points, edge.at] = [edge.points.map(moved), moved(edge.at)];
  return box;
}

/** Room for the title of a closed group. */
const widthOf = (title: string): number => Math.min(LONGEST, Math.max(GROUP.width, 44 + title.length * LETTER));

/** "conv 12 · relu 12 · add 4": the operations inside, most frequent first. */
function summary(nodes: readonly Drawn[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of nodes) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return (
    sorted
      .slice(0, 3)
      .map(([name, times]) => (times > 1 ? `${name} ${times}` : name))
      .join(' · ') + (sorted.length > 3 ? ' · …' : '')
  );
}
