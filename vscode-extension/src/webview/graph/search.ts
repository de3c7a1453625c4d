// Finding operations by name, by what they do, and by the labels of their weights.

import type { Operation } from '../../graph/network';

export function connectSearch(
  box: HTMLInputElement,
  matches: HTMLElement,
  operations: () => readonly Operation[],
  show: (id: string) => void,
): void {
  let found: string[] = [];
  let turn = 0;
  box.addEventListener('input', () => {
    const words = box.value.trim().toLowerCase();
    found = words
      ? operations()
          .filter((operation) => textsOf(operation).some((text) => text.toLowerCase().includes(words)))
          .map(({ node }) => node.id)
      : [];
    turn = 0;
    matches.textContent = words ? `${found.length ? 1 : 0} / ${found.length}` : '';
    if (found.length) show(found[0]);
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !found.length) return;
    turn = (turn + (event.shiftKey ? found.length - 1 : 1)) % found.length;
    matches.textContent = `${turn + 1} / ${found.length}`;
    show(found[turn]);
  });
  window.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}

const textsOf = ({ node, weights }: Operation): string[] => [node.id, node.operation, ...weights.map(({ node: { label } }) => label ?? '')];
