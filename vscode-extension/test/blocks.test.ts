import { describe, expect, it } from 'vitest';
import { type Item, isGroup, items } from '../src/graph/blocks';
import type { GraphBox } from '../src/protocol';

/** "0 layers[1 2]": the boxes as a person would write them. */
const draw = (found: Item[]): string =>
  found.map((item) => (isGroup(item) ? `${item.title}[${draw(item.items)}]` : String(item.leaf))).join(' ');

const group = (title: string, ...boxes: GraphBox[]): GraphBox => ({ id: title, kind: 'module', title, boxes });

describe('the boxes that the server found', () => {
  it('are those of operations, numbered as these are', () => {
    const folded = new Set([0, 3]);
    const drawn = [1, 2, 4, 5];
    const found = items([0, 1, group('layers', 2, group('layer 0', 3, 4)), 5], 6, (node) =>
      folded.has(node) ? undefined : drawn.indexOf(node),
    );
    expect(draw(found)).toBe('0 layers[1 layer 0[2]] 3');
    expect(found.map((item) => (isGroup(item) ? item.leaves : []))).toEqual([[], [1, 2], []]);
  });

  it('leave out groups of which nothing is drawn', () => {
    expect(draw(items([group('weights', 0), 1], 2, (node) => (node ? 0 : undefined)))).toBe('0');
  });

  it('are all statements where a server tells none', () => {
    expect(draw(items(undefined, 3, (node) => node))).toBe('0 1 2');
  });
});
