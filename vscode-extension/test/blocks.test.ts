import { describe, expect, it } from 'vitest';
import { type Item, isGroup, type Leaf, structure } from '../src/graph/blocks';
import { network } from '../src/graph/network';
import { residual } from './graph';

const leaves = (signatures: string[], live: (at: number) => number = () => 1): Leaf[] =>
  signatures.map((signature, at) => ({ id: `n${at}`, signature, live: live(at) }));
const repeated = (block: string, times: number): string[] => Array.from({ length: times }, () => [...block]).flat();

/** "a b 12×[c d e]": the structure as a person would write it. */
function draw(items: Item[], all: Leaf[]): string {
  return items
    .map((item) => {
      if (!isGroup(item)) return all[item.leaf].signature;
      if (item.kind === 'repeat')
        return `${item.times}×[${draw(isGroup(item.items[0]) && item.items[0].kind === 'block' ? (item.items[0] as never as { items: Item[] }).items : [], all)}]`;
      return `${item.kind}(${item.last - item.first + 1})`;
    })
    .join(' ');
}

function leavesOf(items: Item[]): number[] {
  return items.flatMap((item) => (isGroup(item) ? leavesOf(item.items) : [item.leaf]));
}

describe('structure of a long list of statements', () => {
  it('leaves a short one alone', () => {
    const all = leaves([...'abcabcabc']);
    expect(draw(structure(all), all)).toBe('a b c a b c a b c');
  });

  it('finds the repeated block between a head and a tail', () => {
    const all = leaves([...'xy', ...repeated('abcd', 12), ...'z']);
    expect(draw(structure(all), all)).toBe('x y 12×[a b c d] z');
  });

  it('cuts where the fewest tensors cross', () => {
    const signatures = ['x', ...repeated('abcd', 12)];
    const all = leaves(signatures, (at) => (signatures[at] === 'c' ? 1 : 3));
    expect(draw(structure(all), all)).toContain('[c d a b]');
  });

  it('prefers the period to its multiples', () => {
    const all = leaves(repeated('abc', 50));
    expect(structure(all).length).toBe(1);
    expect((structure(all)[0] as { times?: number }).times).toBe(50);
  });

  it('keeps every statement exactly once and in order', () => {
    const signatures = Array.from({ length: 3000 }, (_, at) => String.fromCharCode(97 + ((at * at + (at >> 5)) % 7)));
    const all = leaves(signatures);
    expect(leavesOf(structure(all))).toEqual(all.map((_, at) => at));
  });

  it('shows at most forty boxes anywhere, even without any repetition', () => {
    const all = leaves(Array.from({ length: 10000 }, (_, at) => `op${at}`));
    const widest = (items: Item[]): number => Math.max(items.length, ...items.map((item) => (isGroup(item) ? widest(item.items) : 0)));
    expect(widest(structure(all))).toBeLessThanOrEqual(40);
  });

  it('takes less than a second for ten thousand statements', () => {
    const { leaves: all } = network(residual(1700));
    const began = performance.now();
    const items = structure(all);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(items.length).toBeLessThan(10);
  });
});
