// What the colours of boxes tell: the kind of an operation, or how much of an amount is its own.

import { type Operation, parametersOf } from '../../graph/network';
import type { Box } from '../../graph/scene';

type Amount = 'time' | 'macs' | 'parameters';

const AMOUNTS: Record<Amount, (operation: Operation) => number> = {
  time: ({ node }) => node.seconds ?? 0,
  macs: ({ node }) => node.macs ?? 0,
  parameters: parametersOf,
};

export class Colours {
  private mode: 'kind' | Amount = 'kind';
  /** The highest amount of any operation, which is the deepest colour. */
  private readonly most: Record<Amount, number> = { time: 0, macs: 0, parameters: 0 };

  constructor(
    private readonly chooser: HTMLSelectElement,
    changed: () => void,
  ) {
    chooser.addEventListener('change', () => {
      this.mode = chooser.value as Colours['mode'];
      changed();
    });
  }

  reset(): void {
    this.mode = 'kind';
  }

  /** Only what is known can be chosen. */
  offer(operations: readonly Operation[]): void {
    for (const [amount, of] of Object.entries(AMOUNTS) as [Amount, (operation: Operation) => number][]) {
      this.most[amount] = operations.reduce((highest, operation) => Math.max(highest, of(operation)), 0);
      this.chooser.querySelector(`[value="${amount}"]`)!.toggleAttribute('disabled', this.most[amount] === 0);
    }
    if (this.mode !== 'kind' && this.most[this.mode] === 0) this.mode = 'kind';
    this.chooser.value = this.mode;
  }

  /** The class of a box; a group has the colour of the highest inside. */
  of(box: Box): string {
    if (this.mode !== 'kind') {
      const of = AMOUNTS[this.mode];
      const amount = box.members.reduce((highest, operation) => Math.max(highest, of(operation)), 0);
      return `heat${Math.min(5, Math.floor((amount / this.most[this.mode]) * 5.999))}`;
    }
    return `kind-${box.operation && !box.group ? box.operation.node.kind : box.group!.kind}`;
  }

  /** Of the last run, where there was one. */
  time({ members }: Box): number | undefined {
    return members.some(({ node }) => node.seconds !== undefined)
      ? members.reduce((sum, { node }) => sum + (node.seconds ?? 0), 0)
      : undefined;
  }
}
