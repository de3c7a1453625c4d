// Boxes in layers from top to bottom, by dagre; by a simple layering of our own when there are too many for it.

import { Graph, layout } from '@dagrejs/dagre';

export interface Point {
  x: number;
  y: number;
}
export interface Size {
  id: string;
  width: number;
  height: number;
}
/** An edge, with the size of the text beside it. */
export interface Link {
  from: string;
  to: string;
  text: number;
}
export interface Placed {
  nodes: Point[];
  edges: { points: Point[]; label: Point }[];
  width: number;
  height: number;
}

/** Above this dagre takes more than half a second, and soon runs out of stack. */
const MANY = 400;
const GAP = { x: 26, y: 44 };
const LETTER = 5.6,
  LINE = 10;

export function layered(nodes: readonly Size[], edges: readonly Link[]): Placed {
  return nodes.length > MANY ? simple(nodes, edges) : byDagre(nodes, edges);
}

function byDagre(nodes: readonly Size[], edges: readonly Link[]): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ nodesep: GAP.x, ranksep: GAP.y, edgesep: 14, marginx: 6, marginy: 6 });
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const [index, { from, to, text }] of edges.entries()) {
    graph.setEdge(from, to, text ? { width: text * LETTER, height: LINE, labelpos: 'r', labeloffset: 5 } : {}, String(index));
  }
  layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  return {
    nodes: nodes.map(({ id, width, height }) => {
      const { x, y } = graph.node(id) as Point;
      return { x: x - width / 2, y: y - height / 2 };
    }),
    edges: edges.map(({ from, to, text }, index) => {
      const { points, x, y } = graph.edge(from, to, String(index)) as { points: Point[]; x?: number; y?: number };
      const middle = points[points.length >> 1];
      return { points, label: { x: (x ?? middle.x + (text * LETTER) / 2 + 5) - (text * LETTER) / 2, y: (y ?? middle.y) + 3.5 } };
    }),
    width: size.width ?? 0,
    height: size.height ?? 0,
  };
}

/** Longest path gives the layer, the order of the text the place in it; edges are straight. */
export function simple(nodes: readonly Size[], edges: readonly Link[]): Placed {
  const indexOf = new Map(nodes.map(({ id }, index) => [id, index]));
  const layer = nodes.map(() => 0);
  const sources = nodes.map((): number[] => []);
  for (const { from, to } of edges) sources[indexOf.get(to)!].push(indexOf.get(from)!);
  nodes.forEach((_, index) => {
    for (const source of sources[index]) layer[index] = Math.max(layer[index], layer[source] + 1);
  });
  const places: Point[] = [];
  const widths: number[] = [],
    heights: number[] = [];
  nodes.forEach(({ width, height }, index) => {
    const row = layer[index];
    places[index] = { x: widths[row] ?? 0, y: 0 };
    widths[row] = (widths[row] ?? 0) + width + GAP.x;
    heights[row] = Math.max(heights[row] ?? 0, height);
  });
  const tops: number[] = [];
  heights.reduce((top, height, row) => {
    tops[row] = top;
    return top + height + GAP.y;
  }, 0);
  const widest = Math.max(0, ...widths);
  nodes.forEach((_, index) => {
    places[index].y = tops[layer[index]];
    places[index].x += (widest - widths[layer[index]]) / 2;
  });
  const straight = edges.map(({ from, to }) => {
    const [a, b] = [indexOf.get(from)!, indexOf.get(to)!];
    const points = [
      { x: places[a].x + nodes[a].width / 2, y: places[a].y + nodes[a].height },
      { x: places[b].x + nodes[b].width / 2, y: places[b].y },
    ];
    return { points, label: { x: points[1].x + 5, y: points[1].y - 12 } };
  });
  return { nodes: places, edges: straight, width: widest, height: (tops.at(-1) ?? 0) + (heights.at(-1) ?? 0) };
}
