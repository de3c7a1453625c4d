// What steps are made of: checks, places in a text, measured times.

import { cpus, loadavg } from 'node:os';

export const figures = [];

export function check(good, what) {
  if (!good) throw new Error(`expected ${what}`);
}

/** Line and column, both from 1, `offset` characters into a piece of text that occurs once. */
export function at(text, piece, offset) {
  const start = text.indexOf(piece);
  if (start < 0) throw new Error(`the example has no "${piece}" any more`);
  const before = text.slice(0, start + offset).split('\n');
  return { line: before.length, column: before.at(-1).length + 1 };
}

/** A time that was measured, and the most it may be. Much too slow is a failure. */
export function measure(what, milliseconds, most) {
  figures.push({ what, milliseconds, most });
  if (milliseconds > most * slack()) throw new Error(`${what} took ${Math.round(milliseconds)} ms, more than ${slack().toFixed(1)} times ${most} ms`);
}

/** Limits are for a machine that does nothing else: where others use it they are as much longer as it is busier. */
function slack() {
  return Number(process.env.NNEF_LSP_SLACK) || Math.max(2, (1.5 * loadavg()[0]) / cpus().length);
}
