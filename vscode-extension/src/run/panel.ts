// The panel of the results of the last run: what it shows, and what its buttons do.

import * as vscode from 'vscode';
import type { Range, RunParams, RunResult } from '../protocol';
import type { Session } from '../server/session';
import { PAGE, page, serveRequests, viewOptions } from '../views/page';
import { besideText, revealText } from '../views/text';
import { baseName, labelled } from './choices';

export interface Shown {
  params: RunParams;
  result: RunResult;
  labels: readonly string[];
}
/** What a person may do next. */
export interface Next {
  again(params: RunParams): unknown;
  compare(uri: vscode.Uri): unknown;
  graph(uri: vscode.Uri): unknown;
  save(params: RunParams): unknown;
  labels(uri: vscode.Uri): unknown;
}

export class ResultsPanel {
  private panel?: vscode.WebviewPanel;
  shown?: Shown;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly next: Next,
  ) {}

  show(shown: Shown): void {
    this.shown = shown;
    if (!this.panel) this.open(vscode.Uri.parse(shown.params.uri));
    else {
      this.panel.reveal(undefined, true);
      this.send();
    }
  }

  private open(uri: vscode.Uri): void {
    const panel = vscode.window.createWebviewPanel(
      'nnef.run',
      'Results',
      { viewColumn: besideText(uri), preserveFocus: true },
      { ...viewOptions(this.context.extensionUri), retainContextWhenHidden: true },
    );
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, 'media', 'run.svg');
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    serveRequests(panel.webview, (request, params) => this.session.ask(request, params));
    panel.webview.onDidReceiveMessage((message: { type: string; range?: Range }) => void this.receive(message));
    panel.webview.html = page(panel.webview, this.context.extensionUri, 'run', 'Results', PAGE);
  }

  private async receive({ type, range }: { type: string; range?: Range }): Promise<void> {
    if (type === 'ready') return this.send();
    if (!this.shown) return;
    const { params } = this.shown;
    const uri = vscode.Uri.parse(params.uri);
    if (type === 'reveal' && range) await revealText(uri, range);
    else if (type === 'again') await this.next.again(params);
    else if (type === 'compare') await this.next.compare(uri);
    else if (type === 'graph') await this.next.graph(uri);
    else if (type === 'save') await this.next.save(params);
    else if (type === 'labels') await this.next.labels(uri);
  }

  private send(): void {
    if (!this.shown || !this.panel) return;
    const { params, result, labels } = this.shown;
    const title = vscode.Uri.parse(params.uri).path.split('/').slice(-2).join('/');
    const inputs = [
      ...Object.entries(params.inputs ?? {}).map(([name, source]) => [name, baseName(source)]),
      ...Object.entries(params.symbols ?? {}).map(([name, value]) => [name, String(value)]),
    ];
    const saves = params.uri.startsWith('file:') && Object.keys(params.inputs ?? {}).length > 0;
    const tensors = labelled(result.tensors, labels);
    void this.panel.webview.postMessage({
      type: 'result',
      title,
      inputs,
      saves,
      expected: params.expected && baseName(params.expected),
      result: { ...result, tensors },
    });
  }
}
