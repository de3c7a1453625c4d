// The tensor view: header, statistics, histogram, values.

import type { TensorSource, TensorView } from '../../protocol';
import { byId, html } from '../parts/dom';
import { host, onMessage } from '../parts/host';
import { bytes, count, shape } from '../parts/numbers';
import { Slices } from '../parts/slices';
import { facts, statisticsCard } from '../parts/statistics';

onMessage((message) => {
  if (message.type === 'tensor') show(message.name as string, message.source as TensorSource, message.view as TensorView);
  else if (message.type === 'problem') byId('page').replaceChildren(html('p', { class: 'message', role: 'alert' }, message.text as string));
});
host.postMessage({ type: 'ready' });

function show(name: string, source: TensorSource, view: TensorView): void {
  const { header, problems } = view;
  const numeric = header.dtype !== 'string' && header.dtype !== 'bool';
  byId('page').replaceChildren(
    html('h1', { class: 'mono' }, name),
    html('div', { class: 'chips' }, ...[shape(header.shape), header.dtype, `${count(header.items)} items`, bytes(header.bytes), header.format]
      .map((text) => html('span', { class: 'chip' }, text))),
    ...problems.map((problem) => html('p', { class: 'message', role: 'alert' }, problem)),
    ...(view.statistics ? [html('section', { class: 'card', 'aria-label': 'statistics' }, ...statisticsCard(view.statistics, view.histogram))] : []),
    ...(header.items && !problems.length ? [new Slices(source, header.shape, numeric).element] : []),
    html('section', { class: 'card' }, html('h2', {}, 'Header'), facts(header.details)),
  );
}
