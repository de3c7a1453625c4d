// The boxes that the server found in a network, by the operations that are drawn: statements that are folded into others
// have no box of their own. What a network consists of is found in nnef_lsp/ide/views/structure, for all clients alike.

import type { GraphBox, GraphGroup } from '../protocol';

export type Item = { leaf: number } | Group;
export interface Group {
  id: string;
  kind: GraphGroup['kind'];
  title: string;
  items: Item[];
  /** All operations inside, in the order of the boxes. */
  leaves: number[];
}

/** `leafOf`: the operation that a node is drawn as; undefined of a folded one. Without `boxes` all are drawn side by side. */
export function items(boxes: readonly GraphBox[] | undefined, nodes: number, leafOf: (node: number) => number | undefined): Item[] {
  const found: Item[] = [];
  for (const box of boxes ?? Array.from({ length: nodes }, (_, node) => node)) {
    if (typeof box === 'number') {
      const leaf = leafOf(box);
      if (leaf !== undefined) found.push({ leaf });
      continue;
    }
    const inside = items(box.boxes, nodes, leafOf);
    const leaves: number[] = [];
    for (const item of inside) for (const leaf of leavesOf(item)) leaves.push(leaf);
    if (leaves.length) found.push({ id: box.id, kind: box.kind, title: box.title, items: inside, leaves });
  }
  return found;
}

export const isGroup = (item: Item): item is Group => 'items' in item;
export const leavesOf = (item: Item): readonly number[] => (isGroup(item) ? item.leaves : [item.leaf]);
