// The tensor view: header, statistics, histogram, values; of files with several tensors first a list of them.

import type { TensorList, TensorSource, TensorView } from '../../protocol';
import { byId, html } from '../parts/dom';
import { host, onMessage } from '../parts/host';
import { bytes, count, shape } from '../parts/numbers';
import { Slices } from '../parts/slices';
import { facts, statisticsCard } from '../parts/statistics';

/** Rows that are drawn at once: a file of a large language model has a thousand, one by mistake a million. */
const MOST = 2000;

let file: { name: string; list: TensorList } | undefined;

onMessage((message) => {
  if (message.type === 'tensor') show(message.name as string, message.source as TensorSource, message.view as TensorView);
  else if (message.type === 'list') {
    file = { name: message.name as string, list: message.list as TensorList };
    showList(file);
  } else if (message.type === 'problem')
    byId('page').replaceChildren(html('p', { class: 'message', role: 'alert' }, message.text as string));
});
host.postMessage({ type: 'ready' });

const chips = (...texts: string[]) => html('div', { class: 'chips' }, ...texts.map((text) => html('span', { class: 'chip' }, text)));
const complaints = (problems: string[]) => problems.map((problem) => html('p', { class: 'message', role: 'alert' }, problem));

function show(name: string, source: TensorSource, view: TensorView): void {
  const { header, problems } = view;
  const numeric = header.dtype !== 'string' && header.dtype !== 'bool';
  const back = file && html('p', {}, html('button', { onclick: () => showList(file!) }, `‹ all tensors of ${file.name}`));
  byId('page').replaceChildren(
    ...[
      back,
      html('h1', { class: 'mono' }, name),
      chips(
        shape(header.shape),
        header.dtype,
        `${count(header.items)} ${header.items === 1 ? 'item' : 'items'}`,
        bytes(header.bytes),
        header.format,
      ),
      ...complaints(problems),
      ...(view.statistics
        ? [html('section', { class: 'card', 'aria-label': 'statistics' }, ...statisticsCard(view.statistics, view.histogram))]
        : []),
      ...(header.items && !problems.length ? [new Slices(source, header.shape, numeric).element] : []),
      html('section', { class: 'card' }, html('h2', {}, 'Header'), facts(header.details)),
    ].filter((part) => part !== undefined),
  );
  window.scrollTo(0, 0);
  back?.querySelector('button')?.focus();
}

function showList({ name, list: { tensors, problems } }: { name: string; list: TensorList }): void {
  const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  const body = html('tbody');
  const search = html('input', { type: 'search', placeholder: 'Find tensor', 'aria-label': 'find tensor', oninput: () => fill() });
  const fill = () => {
    const words = search.value.trim().toLowerCase();
    const found = tensors.filter((tensor) => tensor.name.toLowerCase().includes(words));
    body.replaceChildren(
      ...found
        .slice(0, MOST)
        .map((tensor) =>
          html(
            'tr',
            {},
            html(
              'td',
              {},
              html('button', { class: 'link mono', onclick: () => host.postMessage({ type: 'open', tensor: tensor.name }) }, tensor.name),
            ),
            html('td', {}, tensor.dtype),
            html('td', { class: 'mono' }, shape(tensor.shape)),
            html('td', { class: 'number' }, bytes(tensor.bytes)),
          ),
        ),
      ...(found.length > MOST
        ? [html('tr', {}, html('td', { colspan: 4, class: 'soft' }, `and ${found.length - MOST} more: search for them`))]
        : []),
    );
  };
  fill();
  byId('page').replaceChildren(
    html('h1', { class: 'mono' }, name),
    ...complaints(problems),
    ...(tensors.length || !problems.length
      ? [
          chips(`${tensors.length} ${tensors.length === 1 ? 'tensor' : 'tensors'}`, bytes(total)),
          html(
            'section',
            { class: 'card' },
            html('div', { class: 'bar' }, html('h2', {}, 'Tensors'), search),
            html(
              'table',
              { class: 'times list' },
              html('thead', {}, html('tr', {}, ...['name', 'type', 'shape', 'size'].map((text) => html('th', { scope: 'col' }, text)))),
              body,
            ),
          ),
        ]
      : []),
  );
}
