// Talking with the extension host: messages there and back, and requests with an answer.

interface Api {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Api;

export const host = acquireVsCodeApi();

const waiting = new Map<number, (answer: unknown) => void>();
let next = 1;

/** Asks the extension host; a failed request answers `undefined` (the host has told the user). */
export function ask<T>(request: string, params: unknown): Promise<T | undefined> {
  const id = next++;
  host.postMessage({ type: 'request', id, request, params });
  return new Promise((resolve) => waiting.set(id, resolve as (answer: unknown) => void));
}

export function onMessage(handle: (message: { type: string } & Record<string, unknown>) => void): void {
  window.addEventListener('message', ({ data }) => {
    if (data.type === 'answer') {
      waiting.get(data.id)?.(data.answer);
      waiting.delete(data.id);
    } else handle(data);
  });
}
