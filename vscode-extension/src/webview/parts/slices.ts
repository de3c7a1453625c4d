// Slices of a tensor as table and heat map, and its filters or channels as pictures. Asks for what is shown, never for more.

import type { TensorSource, TensorView } from '../../protocol';
import { drawPicture, heatMap, legend } from './chart';
import { html } from './dom';
import { ask } from './host';
import { finite, short } from './numbers';

const WINDOW = 64,
  PAGE = 48;

export class Slices {
  readonly element = html('section', { class: 'card slices' });
  private rowAxis: number;
  private columnAxis: number;
  private index: number[];
  private form: 'heat' | 'table' | 'pictures';
  private first = 0;

  constructor(
    private readonly source: TensorSource,
    private readonly shape: number[],
    private readonly numeric: boolean,
  ) {
    const rank = shape.length;
    this.rowAxis = rank > 1 ? rank - 2 : -1;
    this.columnAxis = rank > 0 ? rank - 1 : -1;
    this.index = shape.map(() => 0);
    this.form = !numeric ? 'table' : this.pictured() ? 'pictures' : 'heat';
    void this.draw();
  }

  /** Whether the last two axes are likely to be a picture. */
  private pictured(): boolean {
    return this.shape.length === 4 && this.shape[2] > 1 && this.shape[3] > 1;
  }

  private async draw(): Promise<void> {
    const bar = html('div', { class: 'bar' }, html('h2', {}, 'Values'), this.forms());
    const body = html('div', { class: 'body' });
    if (this.form === 'pictures') await this.pictures(bar, body);
    else await this.values(bar, body);
    this.element.replaceChildren(bar, body);
  }

  private forms(): HTMLElement {
    const group = html('span', { class: 'forms', role: 'group', 'aria-label': 'form' });
    const names = { pictures: 'Pictures', heat: 'Heat map', table: 'Table' } as const;
    for (const [form, name] of Object.entries(names) as ['pictures' | 'heat' | 'table', string][]) {
      if ((form === 'pictures' && this.shape.length < 3) || (form !== 'table' && !this.numeric)) continue;
      group.append(
        html(
          'button',
          {
            'aria-pressed': String(form === this.form),
            onclick: () => {
              this.form = form;
              this.first = 0;
              void this.draw();
            },
          },
          name,
        ),
      );
    }
    return group;
  }

  // --- table and heat map

  private async values(bar: HTMLElement, body: HTMLElement): Promise<void> {
    bar.append(...this.axes());
    const view = await ask<TensorView>('nnef/tensor', {
      source: this.source,
      statistics: false,
      bins: 0,
      window: { rowAxis: this.rowAxis, columnAxis: this.columnAxis, index: this.index, rows: WINDOW, columns: WINDOW },
    });
    if (!view?.window) return void body.append(html('p', { class: 'soft' }, view?.problems.join(' ') || 'These values cannot be read.'));
    const values = view.window.values;
    body.append(this.form === 'table' ? this.table(values as never) : this.heat(values as never));
  }

  private axes(): HTMLElement[] {
    if (this.shape.length < 2) return [];
    const choice = (label: string, chosen: number, choose: (axis: number) => void) =>
      html(
        'label',
        {},
        `${label} `,
        html(
          'select',
          {
            onchange: (event: Event) => {
              choose(Number((event.target as HTMLSelectElement).value));
              void this.draw();
            },
          } as never,
          ...this.shape.map((extent, axis) => html('option', { value: axis, selected: axis === chosen }, `axis ${axis} (${extent})`)),
        ),
      );
    const swap = (axis: number, other: 'rowAxis' | 'columnAxis', mine: 'rowAxis' | 'columnAxis') => {
      if (this[other] === axis) this[other] = this[mine];
      this[mine] = axis;
      this.index[axis] = 0;
    };
    const fixed = this.shape
      .map((extent, axis) => ({ extent, axis }))
      .filter(({ extent, axis }) => axis !== this.rowAxis && axis !== this.columnAxis && extent > 1);
    return [
      choice('rows', this.rowAxis, (axis) => swap(axis, 'columnAxis', 'rowAxis')),
      choice('columns', this.columnAxis, (axis) => swap(axis, 'rowAxis', 'columnAxis')),
      ...fixed.map(({ extent, axis }) =>
        html(
          'label',
          {},
          `axis ${axis} `,
          html('input', {
            type: 'number',
            min: 0,
            max: extent - 1,
            value: this.index[axis],
            'aria-label': `index on axis ${axis}`,
            onchange: (event: Event) => {
              this.index[axis] = Math.max(0, Math.min(extent - 1, Number((event.target as HTMLInputElement).value)));
              void this.draw();
            },
          } as never),
        ),
      ),
      ...this.steps(),
    ];
  }

  /** Buttons to the next window where rows or columns go on. */
  private steps(): HTMLElement[] {
    return (
      [
        ['rowAxis', 'rows'],
        ['columnAxis', 'columns'],
      ] as const
    ).flatMap(([name, words]) => {
      const axis = this[name];
      if (axis < 0 || this.shape[axis] <= WINDOW) return [];
      const at = this.index[axis];
      const move = (to: number) => () => {
        this.index[axis] = Math.max(0, Math.min(this.shape[axis] - 1, to));
        void this.draw();
      };
      return [
        html(
          'span',
          { class: 'steps' },
          html('button', { disabled: at === 0, onclick: move(at - WINDOW), 'aria-label': `earlier ${words}` }, '‹'),
          `${words} ${at}–${Math.min(at + WINDOW, this.shape[axis]) - 1}`,
          html('button', { disabled: at + WINDOW >= this.shape[axis], onclick: move(at + WINDOW), 'aria-label': `later ${words}` }, '›'),
        ),
      ];
    });
  }

  private heat(values: number[][]): HTMLElement {
    const all = values
      .flat()
      .map((value) => finite(value as never))
      .filter(Number.isFinite);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const say = html('span', { class: 'mono soft', 'aria-live': 'polite' }, 'point at a cell');
    const map = heatMap(values as never, low, high, Math.min(900, document.body.clientWidth - 100), (row, column) => {
      const value = values[row]?.[column];
      if (value !== undefined) say.textContent = `[${this.placeOf(row, column).join(', ')}] = ${short(value)}`;
    });
    return html('div', {}, map, html('div', { class: 'under' }, legend(low, high), say));
  }

  private placeOf(row: number, column: number): number[] {
    return this.index.map((at, axis) => at + (axis === this.rowAxis ? row : axis === this.columnAxis ? column : 0));
  }

  private table(values: (number | string | boolean)[][]): HTMLElement {
    const [top, left] = [this.rowAxis < 0 ? 0 : this.index[this.rowAxis], this.columnAxis < 0 ? 0 : this.index[this.columnAxis]];
    const head = html(
      'tr',
      {},
      html('th', {}),
      ...(values[0] ?? []).map((_, column) => html('th', { scope: 'col' }, String(left + column))),
    );
    const rows = values.map((row, at) =>
      html('tr', {}, html('th', { scope: 'row' }, String(top + at)), ...row.map((value) => html('td', {}, short(value)))),
    );
    return html(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'table of values' },
      html('table', {}, html('thead', {}, head), html('tbody', {}, ...rows)),
    );
  }

  // --- pictures

  private async pictures(bar: HTMLElement, body: HTMLElement): Promise<void> {
    const layout =
      this.shape.length === 4 && this.shape[1] === 3 && this.shape[0] > 1
        ? 'rgb'
        : this.shape.length === 4 && this.shape[0] > 1
          ? 'filters'
          : 'channels';
    const view = await ask<TensorView>('nnef/tensor', {
      source: this.source,
      statistics: false,
      bins: 0,
      pictures: { layout, first: this.first, count: PAGE },
    });
    const pictures = view?.pictures;
    if (!pictures)
      return void body.append(html('p', { class: 'soft' }, view?.problems.join(' ') || 'There are no pictures in this tensor.'));
    const move = (to: number) => () => {
      this.first = Math.max(0, to);
      void this.draw();
    };
    bar.append(
      html(
        'span',
        { class: 'steps' },
        html('button', { disabled: this.first === 0, onclick: move(this.first - PAGE), 'aria-label': 'earlier pictures' }, '‹'),
        `${pictures.first + 1}–${pictures.first + pictures.items.length} of ${pictures.total}`,
        html(
          'button',
          { disabled: this.first + PAGE >= pictures.total, onclick: move(this.first + PAGE), 'aria-label': 'later pictures' },
          '›',
        ),
      ),
    );
    const size = Math.max(pictures.width, pictures.height) > 40 ? 128 : 72;
    body.append(
      html(
        'div',
        { class: 'pictures' },
        ...pictures.items.map((picture) =>
          html(
            'figure',
            {},
            drawPicture(picture, pictures.width, pictures.height, pictures.channels, size),
            html('figcaption', {}, `[${picture.index.join(', ')}]`),
          ),
        ),
      ),
    );
  }
}
