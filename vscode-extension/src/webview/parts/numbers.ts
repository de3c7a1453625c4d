// Numbers as a person reads them.

import type { Extent, Numeric } from '../../protocol';

export function finite(value: Numeric): number {
  return typeof value === 'number' ? value : value === 'inf' ? Infinity : value === '-inf' ? -Infinity : NaN;
}

/** Four significant digits; exponents only where they help. */
export function short(value: Numeric | string | boolean): string {
  if (typeof value !== 'number') return String(value);
  if (value === 0) return '0';
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace('e+', 'e').replace('e-0', 'e-');
  return String(Number(value.toPrecision(4)));
}

/** 61100840 -> "61.1 M" */
export function count(value: number): string {
  for (const [unit, name] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= unit) return `${Number((value / unit).toPrecision(3))} ${name}`;
  }
  return String(value);
}

/** Multiply-accumulates: 285000 -> "285 kMAC" */
export function work(macs: number): string {
  return `${count(macs)}${macs >= 1000 ? '' : ' '}MAC`;
}

/** As `bytes_text` of archive/limits.py writes it: 1536 -> "1.5 KiB" */
export function bytes(value: number): string {
  for (const [unit, name] of [
    [2 ** 40, 'TiB'],
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ] as const) {
    if (value < unit) continue;
    const amount = value / unit;
    return `${amount >= 100 ? Math.round(amount) : Number(amount.toPrecision(3))} ${name}`;
  }
  return `${value} B`;
}

export function seconds(value: number): string {
  if (value >= 1) return `${value.toPrecision(3)} s`;
  if (value >= 1e-3) return `${Number((value * 1e3).toPrecision(3))} ms`;
  return `${Number((value * 1e6).toPrecision(2))} µs`;
}

/** [1, 32, null] -> "1×32×?"; a rank of 0 is "scalar", an unknown rank "?". */
export function shape(extents: readonly Extent[] | null | undefined): string {
  if (!extents) return '?';
  return extents.length ? extents.map((extent) => extent ?? '?').join('×') : 'scalar';
}
