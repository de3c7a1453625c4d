// Structure in a long list of statements: repeated blocks become groups, so that a network of ten thousand statements
// is first shown as a dozen boxes.
//
// Statements stand in an order in which they can run, so a run of successive ones can be drawn as one box without
// making a cycle. That is all the safety that grouping needs, and why only intervals are grouped.

export interface Leaf {
  id: string;
  signature: string;
  live: number;
}

export type Item = { leaf: number } | Group;
export interface Group {
  id: string;
  kind: 'repeat' | 'block' | 'part';
  times?: number;
  first: number;
  last: number; // of the leaves inside
  items: Item[];
}

/** More boxes than this in one group are grouped again. */
const CROWD = 40;
/** A block shorter than this is not worth a box of its own. */
const SMALL = 3;

export function structure(leaves: readonly Leaf[]): Item[] {
  const names = new Map<string, number>();
  const codes = leaves.map(({ signature }) => {
    if (!names.has(signature)) names.set(signature, names.size);
    return names.get(signature)!;
  });
  return leaves.length <= CROWD ? plain(0, leaves.length) : thinned(leaves, grouped(leaves, codes, 0, leaves.length));
}

export const isGroup = (item: Item): item is Group => 'items' in item;
export const firstLeaf = (item: Item): number => (isGroup(item) ? item.first : item.leaf);
export const lastLeaf = (item: Item): number => (isGroup(item) ? item.last : item.leaf);

function plain(from: number, to: number): Item[] {
  return Array.from({ length: to - from }, (_, offset) => ({ leaf: from + offset }));
}

/** The longest repetition of the interval becomes a group; what is left and right of it is searched again. */
function grouped(leaves: readonly Leaf[], codes: readonly number[], from: number, to: number): Item[] {
  const found = to - from >= 2 * SMALL ? longestRepetition(leaves, codes, from, to) : undefined;
  if (!found) return plain(from, to);
  const { start, period, times } = found;
  const end = start + period * times;
  return [...grouped(leaves, codes, from, start), repeat(leaves, codes, start, period, times), ...grouped(leaves, codes, end, to)];
}

function repeat(leaves: readonly Leaf[], codes: readonly number[], start: number, period: number, times: number): Group {
  const blocks = Array.from({ length: times }, (_, turn): Group => {
    const first = start + turn * period;
    const inside = period > CROWD ? thinned(leaves, grouped(leaves, codes, first, first + period)) : plain(first, first + period);
    return { id: `block:${leaves[first].id}`, kind: 'block', first, last: first + period - 1, items: inside };
  });
  const last = start + period * times - 1;
  return { id: `repeat:${leaves[start].id}`, kind: 'repeat', times, first: start, last, items: thinned(leaves, blocks) };
}

interface Repetition {
  start: number;
  period: number;
  times: number;
}

/** Covering most statements wins; of equal ones the shorter period, which is found first. */
function longestRepetition(leaves: readonly Leaf[], codes: readonly number[], from: number, to: number): Repetition | undefined {
  let best: Repetition | undefined;
  let bestCover = 2 * SMALL - 1;
  const longest = Math.min((to - from) >> 1, 600);
  for (let period = SMALL; period <= longest; period++) {
    let equal = 0;
    for (let at = from; at + period <= to; at++) {
      if (at + period < to && codes[at] === codes[at + period]) {
        equal++;
        continue;
      }
      if (equal >= period) {
        const cover = equal + period;
        // A multiple of a period covers up to one period more by chance: it has to be clearly better.
        if (cover - (cover % period) > bestCover * 1.02) {
          bestCover = cover - (cover % period);
          best = aligned(leaves, at - equal, period, cover);
        }
      }
      equal = 0;
    }
  }
  return best;
}

/** Of all places where the repetition can be cut, the one where the fewest tensors cross the cut. */
function aligned(leaves: readonly Leaf[], start: number, period: number, cover: number): Repetition {
  let shift = 0;
  for (let candidate = 1; candidate < period; candidate++) {
    if (Math.floor((cover - candidate) / period) < Math.max(2, Math.floor(cover / period) - 1)) break;
    if (leaves[start + candidate].live < leaves[start + shift].live) shift = candidate;
  }
  return { start: start + shift, period, times: Math.floor((cover - shift) / period) };
}

/** Too many items in a row become parts of about equal size, again and again until a person can look at them. */
function thinned(leaves: readonly Leaf[], items: Item[]): Item[] {
  for (let level = 1; items.length > CROWD; level++) {
    const size = Math.min(CROWD, Math.max(Math.ceil(items.length / CROWD), Math.ceil(Math.sqrt(items.length))));
    const parts: Item[] = [];
    for (let at = 0; at < items.length; at += size) parts.push(part(leaves, items.slice(at, at + size), level));
    items = parts;
  }
  return items;
}

function part(leaves: readonly Leaf[], items: Item[], level: number): Item {
  if (items.length === 1) return items[0];
  const [first, last] = [firstLeaf(items[0]), lastLeaf(items[items.length - 1])];
  return { id: `part:${leaves[first].id}:${level}`, kind: 'part', first, last, items };
}
