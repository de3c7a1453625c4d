// What steps are made of: checks, places in a text, measured times.

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

/** A time that was measured, and the most it may be. Too slow is a failure. */
export function measure(what, milliseconds, most) {
  figures.push({ what, milliseconds, most });
  // Machines under test are shared: a limit is a limit only when nothing else disturbs it.
  const slack = Number(process.env.NNEF_LSP_SLACK ?? 2);
  if (milliseconds > most * slack) throw new Error(`${what} took ${Math.round(milliseconds)} ms, more than ${slack} times ${most} ms`);
}
