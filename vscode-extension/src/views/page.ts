// The HTML of the views: a strict content security policy, nothing from elsewhere, no inline code or style.

import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export function page(
  webview: vscode.Webview,
  extension: vscode.Uri,
  name: 'graph' | 'run' | 'tensor',
  title: string,
  body: string,
): string {
  const nonce = randomBytes(16).toString('base64');
  const at = (...parts: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(extension, ...parts)).toString();
  const style = name === 'graph' ? 'graph' : 'values';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; img-src ${webview.cspSource} data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${at('media', 'common.css')}">
<link rel="stylesheet" href="${at('media', `${style}.css`)}">
</head>
<body>
${body}
<script nonce="${nonce}" src="${at('out', 'webview', `${name}.js`)}"></script>
</body>
</html>`;
}

export const viewOptions = (extension: vscode.Uri): vscode.WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [vscode.Uri.joinPath(extension, 'out', 'webview'), vscode.Uri.joinPath(extension, 'media')],
});

export const PAGE = '<main class="page" id="page"><p class="soft" role="status">Reading…</p></main>';

export const GRAPH = `<div id="bar" role="group" aria-label="graph view">
<input type="search" id="search" placeholder="Find operation or tensor" aria-label="find operation or tensor">
<span id="matches" role="status" aria-live="polite"></span>
<button id="zoom-out" aria-label="zoom out" title="Zoom out">−</button>
<button id="zoom-in" aria-label="zoom in" title="Zoom in">+</button>
<button id="fit" title="Fit into the window">Fit</button>
<button id="collapse" title="Close all groups">Collapse</button>
<select id="colour" aria-label="colour boxes by" title="What the colour of a box tells">
<option value="kind">Kind</option><option value="time" disabled>Time</option><option value="macs" disabled>Work</option><option value="parameters">Parameters</option>
</select>
<button id="export" title="Save as SVG">SVG…</button>
</div>
<svg id="canvas" role="tree" aria-label="the network" tabindex="-1">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0.5L8,4L0,7.5z"/></marker></defs>
<g id="root" role="none"></g>
</svg>
<aside id="details" aria-label="selected operation" hidden><div class="head"><strong id="details-title"></strong><button id="details-close" aria-label="close the details" title="Close (Escape)">×</button></div><dl id="details-facts"></dl></aside>
<p id="status" role="status"></p>
<p id="empty" hidden>This graph has no operations yet.</p>`;

/** Serves the requests of a view, and nothing but those named here. */
export function serveRequests(webview: vscode.Webview, ask: (request: string, params: unknown) => Promise<unknown>): vscode.Disposable {
  return webview.onDidReceiveMessage(async (message: { type: string; id: number; request: string; params: unknown }) => {
    if (message.type !== 'request' || message.request !== 'nnef/tensor') return;
    void webview.postMessage({ type: 'answer', id: message.id, answer: await ask(message.request, message.params) });
  });
}
