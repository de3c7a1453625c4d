// The graph view: one drawing that follows the text without losing the user's place.

import type { DrawnView } from '../../graph/network';
import { type Box, type Picture, picture, type Scene } from '../../graph/scene';
import type { Work } from '../../protocol';
import { byId, html } from '../parts/dom';
import { host, onMessage } from '../parts/host';
import { count, work as workText } from '../parts/numbers';
import { Colours } from './colours';
import { details, drawScene, heading, type Style } from './draw';
import { exportSvg } from './export';
import { connectSearch } from './search';
import { Viewport } from './viewport';

const canvas = byId<SVGSVGElement>('canvas');
const root = byId<SVGGElement>('root');
const status = byId('status');

let view: DrawnView | undefined;
let shown: Picture | undefined;
let open = new Set<string>();
let selected = '';
let places = new Map<string, { box: Box; x: number; y: number }>();
/** The work that was told last; of a text that has changed since it is still nearly right. */
let work: Work | undefined;

const viewport = new Viewport(canvas, root, () => undefined);
const colours = new Colours(byId<HTMLSelectElement>('colour'), paint);
connectSearch(
  byId<HTMLInputElement>('search'),
  byId('matches'),
  () => shown?.net.operations ?? [],
  (id) => light(id, false),
);

onMessage((message) => {
  if (message.type === 'graph') show(message.view as DrawnView, message.fresh as boolean);
  else if (message.type === 'work') counted(message.work as Work);
  else if (message.type === 'cursor') light(message.id as string, true);
  else if (message.type === 'broken') status.textContent = message.text as string;
});
host.postMessage({ type: 'ready' });

function show(next: DrawnView, fresh: boolean): void {
  const began = performance.now();
  view = next;
  addWork();
  if (fresh) {
    colours.reset();
    open = new Set();
  }
  const anchor = fresh ? undefined : nearest();
  redraw();
  if (fresh) viewport.fit(shown!.scene.width, shown!.scene.height);
  else keepAt(anchor);
  const took = performance.now() - began;
  host.postMessage({ type: 'drawn', operations: shown!.net.operations.length, boxes: places.size, milliseconds: took });
}

function addWork(): void {
  for (const node of view?.nodes ?? []) node.macs = work?.statements[node.id] ?? undefined;
}

function counted(next: Work): void {
  work = next;
  addWork();
  paint();
}

/** Lays out what is open, and draws it. */
function redraw(): void {
  if (!view) return;
  shown = picture(view, open);
  places = new Map();
  place(shown.scene, 0, 0);
  paint();
}

/** Draws the layout that there is: for ten thousand statements laying out takes longer than drawing. */
function paint(): void {
  if (!view || !shown) return;
  colours.offer(shown.net.operations);
  const focused = root.contains(document.activeElement); // what has the focus is drawn anew too
  root.replaceChildren(drawScene(shown.scene, style));
  const operations = shown.net.operations.length;
  status.textContent =
    `${view.name} · ${operations} operation${operations === 1 ? '' : 's'}` +
    (view.parameters ? ` · ${count(view.parameters)} parameters` : '') +
    (work?.macs ? ` · ${workText(work.macs)}${at(work)}` : '');
  byId('empty').hidden = operations > 0;
  makeFocusable();
  if (focused) root.querySelector<SVGElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  tellDetails();
}

/** " at S = 1" */
function at(known: Work): string {
  const values = Object.entries(known.at).map(([name, value]) => `${name} = ${value}`);
  return values.length ? ` at ${values.join(', ')}` : '';
}

/** Exactly one box takes part in the order of the Tab key; the arrows move from there. */
function makeFocusable(): void {
  const first = elementOf(selected) ?? root.querySelector('[data-id]');
  first?.setAttribute('tabindex', '0');
}

function place(scene: Scene, x: number, y: number): void {
  for (const box of scene.boxes) {
    if (!box.port) places.set(box.id, { box, x: x + box.x, y: y + box.y });
    if (box.inside) place(box.inside, x + box.x, y + box.y);
  }
}

const style: Style = {
  selected: { has: (id: string) => id === selected } as ReadonlySet<string>,
  time: (box) => colours.time(box),
  colour: (box) => colours.of(box),
};

// --- keeping the place

type Anchor = { id: string; x: number; y: number } | undefined;

function nearest(): Anchor {
  const centre = viewport.centre();
  let best: Anchor,
    least = Infinity;
  for (const [id, { box, x, y }] of places) {
    if (box.group?.open) continue;
    const distance = Math.hypot(x + box.width / 2 - centre.x, y + box.height / 2 - centre.y);
    if (distance < least) [best, least] = [{ id, x, y }, distance];
  }
  return best;
}

function keepAt(anchor: Anchor): void {
  const now = anchor && places.get(anchor.id);
  if (now) {
    viewport.x -= (now.x - anchor.x) * viewport.scale;
    viewport.y -= (now.y - anchor.y) * viewport.scale;
  }
  viewport.apply();
}

// --- opening, selecting

function toggle(id: string): void {
  const before = places.get(id);
  if (!before?.box.group) return;
  const anchor = { id, x: before.x, y: before.y };
  if (open.has(id)) open.delete(id);
  else open.add(id);
  redraw();
  keepAt(anchor);
  focus(id);
}

/** Shows a node where it is visible: itself or the closed group around it. */
function light(id: string, keep: boolean): void {
  const path = shown?.path(id);
  if (!path) return;
  if (!keep) {
    for (const group of path) open.add(group);
    redraw();
  }
  const leaf = shown!.net.operations[shown!.net.indexOf.get(id)!].node.id;
  mark([leaf, ...[...path].reverse()].find((candidate) => places.has(candidate)) ?? '');
  const spot = places.get(selected);
  if (spot) viewport.reveal(spot.x, spot.y, spot.box.width, spot.box.height);
}

function mark(id: string): void {
  elementOf(selected)?.classList.remove('selected');
  elementOf(selected)?.setAttribute('tabindex', '-1');
  elementOf(selected)?.removeAttribute('aria-selected');
  selected = id;
  const element = elementOf(id);
  element?.classList.add('selected');
  element?.setAttribute('aria-selected', 'true');
  element?.setAttribute('tabindex', '0');
  tellDetails();
}

function tellDetails(): void {
  const box = places.get(selected)?.box;
  byId('details').hidden = !box;
  if (!box) return;
  byId('details-title').textContent = heading(box);
  byId('details-facts').replaceChildren(
    ...details(box, style.time(box)).map(([name, text]) => html('div', {}, html('dt', {}, name), html('dd', {}, text))),
  );
}

function elementOf(id: string): SVGGElement | null {
  return id ? root.querySelector<SVGGElement>(`[data-id="${CSS.escape(id)}"]`) : null;
}

function focus(id: string): void {
  mark(id);
  elementOf(id)?.focus({ preventScroll: true });
  const spot = places.get(id);
  if (spot) viewport.reveal(spot.x, spot.y, Math.min(spot.box.width, 300), Math.min(spot.box.height, 120));
}

function goTo(id: string): void {
  const box = places.get(id)?.box;
  const node = box?.operation?.node ?? box?.members[0]?.node;
  if (node) host.postMessage({ type: 'reveal', at: node.at });
}

/** Nothing is selected any more; the place in the order of the Tab key stays. */
function deselect(): void {
  const element = elementOf(selected);
  mark('');
  element?.setAttribute('tabindex', '0');
}

canvas.addEventListener('click', (event) => {
  const target = event.target as Element;
  const sign = target.closest<SVGElement>('[data-toggle]');
  if (sign) return toggle(sign.dataset.toggle!);
  const element = target.closest<SVGElement>('[data-id]');
  if (!element) return;
  focus(element.dataset.id!);
  if (!element.classList.contains('open')) goTo(element.dataset.id!);
});
canvas.addEventListener('dblclick', (event) => {
  const element = (event.target as Element).closest<SVGElement>('[data-id]');
  if (element) toggle(element.dataset.id!);
});

// --- keyboard

canvas.addEventListener('keydown', (event) => {
  const spot = places.get(selected) ?? [...places.values()][0];
  if (!spot) return;
  if (event.key === 'Enter') return goTo(spot.box.id);
  if (event.key === 'Escape') return deselect();
  if (event.key === ' ') {
    event.preventDefault();
    return toggle(spot.box.id);
  }
  const step = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = neighbour(spot, step[0], step[1]);
  if (next) focus(next);
});

/** The box that a person would call the next one in this direction. */
function neighbour(from: { box: Box; x: number; y: number }, dx: number, dy: number): string | undefined {
  let best: string | undefined,
    least = Infinity;
  for (const [id, to] of places) {
    const x = to.x + to.box.width / 2 - from.x - from.box.width / 2;
    const y = to.y - from.y;
    const along = x * dx + y * dy;
    const across = Math.abs(x * dy) + Math.abs(y * dx);
    if (id !== from.box.id && along > 4 && along + 2 * across < least) [best, least] = [id, along + 2 * across];
  }
  return best;
}

// --- buttons

const buttons: Record<string, () => void> = {
  'zoom-in': () => viewport.zoom(1.3),
  'zoom-out': () => viewport.zoom(1 / 1.3),
  fit: () => shown && viewport.fit(shown.scene.width, shown.scene.height),
  collapse: () => {
    open = new Set();
    redraw();
    if (shown) viewport.fit(shown.scene.width, shown.scene.height);
  },
  'details-close': () => {
    const element = elementOf(selected);
    deselect();
    element?.focus({ preventScroll: true });
  },
  export: () => shown && host.postMessage({ type: 'export', svg: exportSvg(root, shown.scene) }),
};
for (const [id, act] of Object.entries(buttons)) byId(id).addEventListener('click', act);
