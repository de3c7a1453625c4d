// The results of a run: what came out, what took the time, and whether it is what was expected.

import type { RunResult, RunTensor } from '../../protocol';
import { byId, html } from '../parts/dom';
import { host, onMessage } from '../parts/host';
import { seconds, shape, short } from '../parts/numbers';
import { Slices } from '../parts/slices';
import { statisticsCard } from '../parts/statistics';

interface Message {
  title: string;
  inputs: [string, string][];
  saves: boolean;
  expected?: string;
  result: RunResult;
}

onMessage((message) => {
  if (message.type === 'result') show(message as unknown as Message);
});
host.postMessage({ type: 'ready' });

const button = (type: string, text: string) => html('button', { onclick: () => host.postMessage({ type }) }, text);

function show({ title, inputs, saves, expected, result }: Message): void {
  byId('page').replaceChildren(
    html(
      'div',
      { class: 'head' },
      html('h1', {}, title),
      html(
        'div',
        { class: 'actions', role: 'group', 'aria-label': 'this run' },
        button('again', 'Run again'),
        saves && button('save', 'Save inputs…'),
        button('compare', 'Compare with .npz…'),
        button('graph', 'Show in graph'),
      ),
    ),
    html(
      'div',
      { class: 'chips' },
      ...[
        ...(result.ok ? [seconds(result.seconds), `engine ${result.engine}`] : []),
        ...inputs.map(([name, source]) => `${name} = ${source}`),
      ].map((text) => html('span', { class: 'chip' }, text)),
    ),
    ...(result.ok ? [] : [html('p', { class: 'message', role: 'alert' }, result.message ?? 'The run failed.')]),
    ...(result.compared ? [comparison(result.compared, expected)] : []),
    ...result.tensors.map((tensor) => tensorCard(result, tensor)),
    ...(result.operations.length ? [times(result)] : []),
  );
}

function tensorCard(result: RunResult, tensor: RunTensor): HTMLElement {
  const details = html('div', {});
  const open = html('button', { 'aria-expanded': 'false' }, 'Values');
  open.addEventListener('click', () => {
    const shown = open.getAttribute('aria-expanded') === 'true';
    open.setAttribute('aria-expanded', String(!shown));
    if (shown || !result.run) details.replaceChildren();
    else details.replaceChildren(new Slices({ run: result.run, tensor: tensor.name }, tensor.shape, tensor.dtype !== 'string').element);
  });
  return html(
    'section',
    { class: 'card', 'aria-label': tensor.name },
    html(
      'div',
      { class: 'head' },
      html('h2', { class: 'mono' }, tensor.name),
      html('span', { class: 'soft' }, `${tensor.output ? 'output' : 'kept'} · ${tensor.dtype} ${shape(tensor.shape)}`),
      tensor.range
        ? html('button', { class: 'link', onclick: () => host.postMessage({ type: 'reveal', range: tensor.range }) }, 'go to text')
        : null,
      result.run ? open : null,
    ),
    html(
      'div',
      { class: 'columns' },
      tensor.top?.length
        ? html(
            'div',
            { class: 'classes' },
            classes(tensor.top),
            html('button', { class: 'link', onclick: () => host.postMessage({ type: 'labels' }) }, 'names of the classes…'),
          )
        : null,
      html('div', { class: 'numbers' }, ...statisticsCard(tensor.statistics, tensor.histogram)),
    ),
    details,
  );
}

/** The classes with the highest values; bars are relative to the highest. */
function classes(top: NonNullable<RunTensor['top']>): HTMLElement {
  const most = Math.max(...top.map(({ value }) => Math.abs(value)), 1e-30);
  return html(
    'ol',
    { class: 'top', 'aria-label': 'highest values' },
    ...top.map(({ index, value, label }, place) => {
      const fill = html('span', { class: 'fill' });
      fill.style.width = `${Math.max(0, value / most) * 100}%`;
      return html(
        'li',
        { class: place === 0 ? 'first' : '' },
        html('span', { class: 'name' }, label ?? String(index)),
        html('span', { class: 'track' }, fill),
        html('span', { class: 'value' }, short(value)),
      );
    }),
  );
}

function times(result: RunResult): HTMLElement {
  const total = result.operations.reduce((sum, { seconds: each }) => sum + each, 0) || 1;
  const slowest = Math.max(...result.operations.map(({ seconds: each }) => each)) || 1;
  const rows = result.operations.slice(0, 200).map((operation) => {
    const fill = html('span', { class: 'fill' });
    fill.style.width = `${(operation.seconds / slowest) * 100}%`;
    return html(
      'tr',
      {},
      html(
        'td',
        {},
        html('button', { class: 'link mono', onclick: () => host.postMessage({ type: 'reveal', range: operation.range }) }, operation.id),
      ),
      html('td', {}, operation.operation === '=' ? 'expression' : operation.operation),
      html('td', { class: 'number' }, seconds(operation.seconds)),
      html('td', { class: 'number' }, `${((operation.seconds / total) * 100).toFixed(1)} %`),
      html('td', { class: 'wide' }, html('span', { class: 'track' }, fill)),
    );
  });
  return html(
    'section',
    { class: 'card' },
    html('h2', {}, 'Time of operations'),
    html(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'time of operations' },
      html(
        'table',
        { class: 'times' },
        html(
          'thead',
          {},
          html('tr', {}, ...['tensor', 'operation', 'time', 'share'].map((text) => html('th', { scope: 'col' }, text)), html('td', {})),
        ),
        html('tbody', {}, ...rows),
      ),
    ),
  );
}

function comparison(
  { ok, tensor: first, problem, tensors }: NonNullable<RunResult['compared']>,
  expected = 'the expected values',
): HTMLElement {
  const rows = tensors.map((tensor) =>
    html(
      'tr',
      { class: tensor.name === first ? 'first-difference' : undefined },
      html('td', { class: tensor.ok ? 'good' : 'bad' }, tensor.ok ? '✓ agrees' : '✗ differs'),
      html(
        'td',
        {},
        tensor.range
          ? html('button', { class: 'link mono', onclick: () => host.postMessage({ type: 'reveal', range: tensor.range }) }, tensor.name)
          : html('span', { class: 'mono' }, tensor.name),
      ),
      html('td', { class: 'number' }, tensor.problem ? '' : short(tensor.maxAbsoluteError)),
      html('td', { class: 'number' }, tensor.problem ? '' : short(tensor.maxRelativeError)),
      html('td', tensor.problem ? {} : { class: 'mono' }, tensor.problem ?? (tensor.at && !tensor.ok ? `[${tensor.at.join(', ')}]` : '')),
    ),
  );
  const words = ok
    ? `Everything agrees with ${expected}.`
    : first
      ? `The first tensor that diverges from ${expected} is ${first}.`
      : `Nothing could be compared with ${expected}.`;
  return html(
    'section',
    { class: 'card comparison', 'aria-label': 'comparison' },
    html('h2', { class: ok ? 'good' : 'bad' }, words),
    problem ? html('p', {}, problem) : null,
    tensors.length > 0 &&
      html(
        'table',
        { class: 'times' },
        html(
          'thead',
          {},
          html('tr', {}, ...['result', 'tensor', 'largest error', 'relative', 'at'].map((text) => html('th', { scope: 'col' }, text))),
        ),
        html('tbody', {}, ...rows),
      ),
  );
}
