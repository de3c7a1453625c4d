// Small drawings of numbers: histogram (SVG), heat map and pictures (canvas). All read their colours from the theme.

import type { Histogram, Numeric, Picture } from '../../protocol';
import { html, svg } from './dom';
import { count, finite, short } from './numbers';

export function histogram({ edges, counts }: Histogram): HTMLElement {
  const [width, base] = [600, 104];
  const most = Math.max(1, ...counts);
  const step = width / counts.length;
  const total = counts.reduce((sum, each) => sum + each, 0);
  const bars = counts.map((items, bin) => {
    const tall = items ? Math.max(1.5, (items / most) * (base - 4)) : 0;
    return svg(
      'rect',
      { x: bin * step + 0.5, y: base - tall, width: Math.max(1, step - 1), height: tall },
      svg('title', {}, `${short(edges[bin])} … ${short(edges[bin + 1])}: ${count(items)} items`),
    );
  });
  const middle = (finite(edges[0]) + finite(edges[edges.length - 1])) / 2;
  const drawing = svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${base}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': `histogram of ${count(total)} items from ${short(edges[0])} to ${short(edges[edges.length - 1])}`,
    },
    ...bars,
  );
  const scale = [edges[0], middle, edges[edges.length - 1]].map((value: Numeric) => html('span', {}, short(value)));
  return html('div', { class: 'histogram' }, drawing, html('div', { class: 'scale', 'aria-hidden': 'true' }, ...scale));
}

type Colour = [number, number, number];
// Blue through the page's background to orange for signed values, viridis-like for others; both fit colour-blind eyes.
const COLD: Colour = [33, 102, 172],
  NEUTRAL_DARK: Colour = [40, 40, 44],
  NEUTRAL_LIGHT: Colour = [247, 247, 247],
  WARM: Colour = [230, 97, 1];
const RAMP: Colour[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

const mix = (a: Colour, b: Colour, share: number): Colour => [0, 1, 2].map((i) => Math.round(a[i] + (b[i] - a[i]) * share)) as Colour;

export function colourOf(value: number, low: number, high: number): Colour {
  if (Number.isNaN(value)) return [255, 0, 200];
  if (low < 0 && high > 0) {
    const most = Math.max(-low, high);
    const dark = document.body.classList.contains('vscode-dark') || document.body.classList.contains('vscode-high-contrast');
    const share = Math.max(-1, Math.min(1, value / most));
    return mix(dark ? NEUTRAL_DARK : NEUTRAL_LIGHT, share < 0 ? COLD : WARM, Math.abs(share));
  }
  // Where all is equal nothing is high: a dead channel looks as the zeros of others do.
  const share = high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0;
  const at = Math.min(RAMP.length - 2, Math.floor(share * (RAMP.length - 1)));
  return mix(RAMP[at], RAMP[at + 1], share * (RAMP.length - 1) - at);
}

export function heatMap(
  values: Numeric[][],
  low: number,
  high: number,
  widest: number,
  say: (row: number, column: number) => void,
): HTMLCanvasElement {
  const [rows, columns] = [values.length, values[0]?.length ?? 0];
  const canvas = html('canvas', {
    class: 'heat',
    width: columns,
    height: rows,
    role: 'img',
    'aria-label': `heat map, ${rows} rows, ${columns} columns`,
  });
  const cell = Math.max(1, Math.min(28, Math.floor(widest / Math.max(columns, 1))));
  canvas.style.width = `${columns * cell}px`;
  canvas.style.height = `${rows * cell}px`;
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(columns, rows);
  for (const [y, row] of values.entries()) {
    for (const [x, value] of row.entries()) pixels.data.set([...colourOf(finite(value), low, high), 255], (y * columns + x) * 4);
  }
  context.putImageData(pixels, 0, 0);
  canvas.addEventListener('mousemove', (event) => say(Math.floor(event.offsetY / cell), Math.floor(event.offsetX / cell)));
  return canvas;
}

/** The scale of a heat map: low to high in colours. */
export function legend(low: number, high: number): HTMLElement {
  const canvas = html('canvas', { width: 160, height: 1, 'aria-hidden': 'true' });
  canvas.style.width = '160px';
  canvas.style.height = '10px';
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(160, 1);
  for (let x = 0; x < 160; x++) pixels.data.set([...colourOf(low + ((high - low) * x) / 159, low, high), 255], x * 4);
  context.putImageData(pixels, 0, 0);
  return html('span', { class: 'legend' }, short(low), canvas, short(high));
}

export function drawPicture(picture: Picture, width: number, height: number, channels: 1 | 3, size: number): HTMLCanvasElement {
  const name = `[${picture.index.join(', ')}] from ${short(picture.min)} to ${short(picture.max)}`;
  const canvas = html('canvas', { class: 'heat', width, height, role: 'img', 'aria-label': name, title: name });
  const scale = Math.max(1, Math.floor(size / Math.max(width, height)));
  canvas.style.width = `${width * scale}px`;
  canvas.style.height = `${height * scale}px`;
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(width, height);
  const bytes = Uint8Array.from(atob(picture.data), (character) => character.charCodeAt(0));
  const [low, high] = [finite(picture.min), finite(picture.max)];
  for (let at = 0; at < width * height; at++) {
    const colour =
      channels === 3 ? [bytes[3 * at], bytes[3 * at + 1], bytes[3 * at + 2]] : colourOf(low + ((high - low) * bytes[at]) / 255, low, high);
    pixels.data.set([...colour, 255], 4 * at);
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}
