// A card of facts about numbers: shared by the tensor view and the results of a run.

import type { Histogram, Statistics } from '../../protocol';
import { histogram } from './chart';
import { html } from './dom';
import { count, short } from './numbers';

export function facts(pairs: [string, string][]): HTMLElement {
  return html('dl', { class: 'facts' }, ...pairs.map(([name, value]) => html('div', {}, html('dt', {}, name), html('dd', {}, value))));
}

export function statisticsFacts(statistics: Statistics): [string, string][] {
  const pairs: [string, string][] = [
    ['minimum', short(statistics.min)],
    ['maximum', short(statistics.max)],
    ['mean', short(statistics.mean)],
    ['deviation', short(statistics.std)],
    ['zeros', count(statistics.zeros)],
  ];
  if (statistics.nans) pairs.push(['NaN', count(statistics.nans)]);
  if (statistics.infinities) pairs.push(['infinite', count(statistics.infinities)]);
  return pairs;
}

export function statisticsCard(statistics?: Statistics, bins?: Histogram): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (statistics) parts.push(facts(statisticsFacts(statistics)));
  if (bins?.counts.length) parts.push(html('div', { class: 'plot' }, histogram(bins)));
  if (statistics?.sampled) parts.push(html('div', { class: 'soft' }, 'Of evenly spaced samples: the tensor is large.'));
  return parts;
}
