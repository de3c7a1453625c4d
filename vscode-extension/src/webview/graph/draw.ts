// A scene as SVG elements.

import type { Point } from '../../graph/layout';
import { type Drawn, type Operation, parametersOf } from '../../graph/network';
import { type Box, type Edge, LETTER, type Scene } from '../../graph/scene';
import { svg } from '../parts/dom';
import { count, seconds, shape, work } from '../parts/numbers';

export interface Style {
  /** Class that colours a box: by kind, or by its share of the time, the work or the parameters. */
  colour(box: Box): string;
  selected: ReadonlySet<string>;
  time(box: Box): number | undefined;
}

export function drawScene(scene: Scene, style: Style, role: 'group' | 'none' = 'none'): SVGGElement {
  const group = svg('g', { role });
  for (const edge of scene.edges) group.append(drawEdge(edge));
  for (const box of scene.boxes) group.append(drawBox(box, style));
  return group;
}

function drawEdge(edge: Edge): SVGGElement {
  const label = edge.label && svg('text', { class: 'extent', x: edge.at.x, y: edge.at.y }, edge.label);
  return svg(
    'g',
    { class: 'edge', 'data-tensor': edge.tensor, 'aria-hidden': 'true' },
    svg('path', { d: curve(edge.points), 'marker-end': 'url(#arrow)' }),
    svg('title', {}, `${edge.tensor}  ${edge.label}`),
    label || null,
  );
}

/** A smooth line through the bends that the layout gives. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let path = `M${round(first.x)},${round(first.y)}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    const end = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : point;
    path += next ? `Q${round(point.x)},${round(point.y)} ${round(end.x)},${round(end.y)}` : `L${round(end.x)},${round(end.y)}`;
  });
  return path;
}

function drawBox(box: Box, style: Style): SVGGElement {
  if (box.port) return drawPort(box, box.port);
  const open = box.group?.open ? ' open' : '';
  const name = label(box);
  const selected = style.selected.has(box.id);
  const element = svg(
    'g',
    {
      class: `box ${box.group ? 'group' : 'operation'}${open} ${style.colour(box)}${selected ? ' selected' : ''}`,
      transform: `translate(${round(box.x)},${round(box.y)})`,
      'data-id': box.id,
      tabindex: -1,
      role: 'treeitem',
      'aria-label': name,
      'aria-selected': selected ? 'true' : undefined,
      'aria-expanded': box.group ? String(box.group.open) : undefined,
    },
    svg('title', {}, tip(box, style)),
  );
  if (box.group && !box.group.open && box.group.kind === 'repeat') {
    element.append(svg('rect', { class: 'shadow', x: 6, y: 6, width: box.width, height: box.height, rx: 7 }));
  }
  element.append(svg('rect', { class: 'body', width: box.width, height: box.height, rx: 7 }));
  if (!open) element.append(svg('rect', { class: 'stripe', width: 5, height: box.height - 12, x: 5, y: 6, rx: 2.5 }));
  element.append(...(box.group ? groupText(box) : operationText(box)));
  const time = style.time(box);
  if (time !== undefined && !open)
    element.append(svg('text', { class: 'time', x: box.width - 8, y: 18, 'text-anchor': 'end' }, seconds(time)));
  if (box.inside) element.append(drawScene(box.inside, style, 'group'));
  return element;
}

function drawPort(box: Box, port: { tensor: string; into: boolean }): SVGGElement {
  const x = box.width / 2;
  return svg(
    'g',
    { class: 'port', 'aria-hidden': 'true', transform: `translate(${round(box.x)},${round(box.y)})` },
    svg('title', {}, `${port.tensor} ${port.into ? 'comes from outside' : 'is used outside'}`),
    svg('circle', { cx: x, cy: box.height / 2, r: 4 }),
    svg('text', { x: x + 9, y: box.height / 2 + 3 }, clip(port.tensor, 20)),
  );
}

function operationText(box: Box): Element[] {
  const { node, weights } = box.operation!;
  const title = node.operation === '=' ? node.id : node.operation;
  return [
    svg('text', { class: 'title', x: 18, y: 19 }, clip(title, 19)),
    svg(
      'text',
      { class: 'detail', x: 18, y: 35 },
      end(
        operationDetail(
          node,
          weights.map(({ node: { outputs } }) => outputs[0]?.shape),
        ),
        25,
      ),
    ),
  ];
}

function operationDetail(node: Drawn, weights: Parameters<typeof shape>[0][]): string {
  if (node.operation === '=') return 'expression';
  if (node.kind === 'input') return `${node.id}  ${shape(node.outputs[0]?.shape)}`;
  const name = node.module ?? node.id;
  return weights.length ? `${clip(name, 14)}  ${weights.map((extents) => shape(extents)).join('  ')}` : clip(name, 25);
}

function groupText(box: Box): Element[] {
  const { title, detail, open } = box.group!;
  const sign = svg(
    'g',
    {
      class: 'toggle',
      'data-toggle': box.id,
      'aria-hidden': 'true',
      transform: `translate(${box.width - 24},${open ? 7 : box.height - 24})`,
    },
    svg('rect', { width: 16, height: 16, rx: 4 }),
    svg('path', { d: open ? 'M4,8H12' : 'M4,8H12M8,4V12' }),
  );
  const room = Math.floor((box.width - 40) / LETTER);
  return [
    svg(
      'text',
      { class: 'title', x: open ? 12 : 18, y: open ? 20 : 23 },
      clip(open && box.group!.kind === 'fragment' ? `${title} · ${box.operation!.node.id}` : title, room),
    ),
    ...(open ? [] : [svg('text', { class: 'detail', x: 18, y: 42 }, end(detail, Math.floor((box.width - 48) / 5.8)))]),
    sign,
  ];
}

function label(box: Box): string {
  const inside = `${box.members.length} operation${box.members.length === 1 ? '' : 's'}`;
  if (box.group) return `${box.group.title}, ${box.group.detail}${box.members.length > 1 ? `, ${inside}` : ''}`;
  const { node } = box.operation!;
  return `${heading(box)} makes ${node.outputs.map((fact) => `${fact.name} ${shape(fact.shape)}`).join(', ')}`;
}

function tip(box: Box, style: Style): string {
  return [heading(box), ...details(box, style.time(box)).map(([name, text]) => (name ? `${name}: ${text}` : text))].join('\n');
}

export function heading({ group, operation }: Box): string {
  return group ? group.title : operation!.node.operation === '=' ? 'expression' : operation!.node.operation;
}

/** Everything that is known of a box, as names and texts. */
export function details(box: Box, time: number | undefined): [string, string][] {
  const rows: [string, string][] = box.group ? [['inside', box.group.detail]] : [];
  if (box.members.length > 1) rows.push(['operations', count(box.members.length)]);
  if (box.operation) rows.push(...operationRows(box.operation));
  const parameters = box.members.reduce((sum, operation) => sum + parametersOf(operation), 0);
  if (parameters) rows.push(['parameters', count(parameters)]);
  const macs = box.members.reduce((sum, { node }) => sum + (node.macs ?? 0), 0);
  if (macs) rows.push(['work', work(macs)]);
  if (time !== undefined) rows.push(['last run', seconds(time)]);
  return rows;
}

function operationRows({ node, weights }: Operation): [string, string][] {
  return [
    ...node.outputs.map((fact): [string, string] => [fact.name, fact.shape ? `${fact.dtype} ${shape(fact.shape)}` : fact.dtype]),
    ...weights.map(({ parameter, node: { label, outputs } }): [string, string] => [
      parameter,
      `${label ?? outputs[0]?.name} ${shape(outputs[0]?.shape)}`,
    ]),
    ...node.attributes,
  ];
}

const end = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

/** Shortened in the middle: names differ most at their ends. */
export function clip(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${text.slice(0, Math.ceil(length * 0.6) - 1)}…${text.slice(text.length - Math.floor(length * 0.4))}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
