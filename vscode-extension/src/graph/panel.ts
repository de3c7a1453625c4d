// The graph view beside the text: one panel for each document, following edits and the cursor.

import * as vscode from 'vscode';
import type { GraphView, Range, Work } from '../protocol';
import type { Session } from '../server/session';
import { GRAPH, page, viewOptions } from '../views/page';
import { besideText, revealText, toRange } from '../views/text';
import { withoutPlaces } from './network';

const PAUSE = 250;
/** Counting the work of a large graph takes the server a second: only when nobody types. */
const LARGE = 2000,
  LONG_PAUSE = 2000;

export class GraphPanels implements vscode.Disposable {
  private readonly panels = new Map<string, GraphPanel>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {
    const { subscriptions } = context;
    subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.panels.get(document.uri.toString())?.later()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        if (kind !== undefined) this.panels.get(textEditor.document.uri.toString())?.follow(textEditor.selection.active);
      }),
      session.onStart(() => {
        for (const panel of this.panels.values()) panel.later();
      }),
    );
  }

  open(uri: vscode.Uri): void {
    const key = uri.toString();
    const known = this.panels.get(key);
    if (known) {
      known.panel.reveal(undefined, true);
      return;
    }
    const panel = new GraphPanel(this.context, this.session, uri);
    this.panels.set(key, panel);
    panel.panel.onDidDispose(() => this.panels.delete(key));
  }

  refresh(uri: string): void {
    this.panels.get(uri)?.later();
  }

  dispose(): void {
    for (const { panel } of this.panels.values()) panel.dispose();
  }
}

class GraphPanel {
  readonly panel: vscode.WebviewPanel;
  private view?: GraphView;
  private places: Range[] = [];
  private timer?: NodeJS.Timeout;
  private working?: NodeJS.Timeout;
  private fresh = true;
  /** Asked for while the page is still loading. */
  private first?: Promise<GraphView | null | undefined>;
  /** Selections that this panel made itself come back as events. */
  private ours?: vscode.Position;

  constructor(
    context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly uri: vscode.Uri,
  ) {
    const name = uri.path.split('/').slice(-2).join('/');
    this.panel = vscode.window.createWebviewPanel(
      'nnef.graph',
      `Graph ${name}`,
      { viewColumn: besideText(uri), preserveFocus: true },
      { ...viewOptions(context.extensionUri), retainContextWhenHidden: true },
    );
    this.panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'media', 'graph.svg');
    const { webview } = this.panel;
    webview.onDidReceiveMessage((message: { type: string } & Record<string, unknown>) => void this.receive(message));
    webview.html = page(webview, context.extensionUri, 'graph', 'Graph', GRAPH);
    this.first = this.ask();
    this.panel.onDidDispose(() => clearTimeout(this.timer));
  }

  later(): void {
    this.first = undefined;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), PAUSE);
  }

  follow(position: vscode.Position): void {
    if (this.ours?.isEqual(position)) {
      this.ours = undefined;
      return;
    }
    const node = this.view?.nodes.find(({ range }) => toRange(range).contains(position));
    if (node) void this.panel.webview.postMessage({ type: 'cursor', id: node.id });
  }

  private async update(): Promise<void> {
    const asked = this.first ?? this.ask();
    this.first = undefined;
    const view = await asked;
    if (!view) return void this.panel.webview.postMessage({ type: 'broken', text: 'There is no graph to draw in this text.' });
    this.view = view;
    const { drawn, places } = withoutPlaces(view);
    this.places = places;
    await this.panel.webview.postMessage({ type: 'graph', view: drawn, fresh: this.fresh });
    clearTimeout(this.working);
    this.working = setTimeout(() => void this.count(view.version), view.nodes.length > LARGE && !this.fresh ? LONG_PAUSE : 0);
    this.fresh = false;
  }

  private ask(): Promise<GraphView | null | undefined> {
    return this.session.ask<GraphView | null>('nnef/graphView', { textDocument: { uri: this.uri.toString() } }, undefined, true);
  }

  private async count(version: number | null): Promise<void> {
    const work = await this.session.ask<Work | null>('nnef/work', { textDocument: { uri: this.uri.toString() } }, undefined, true);
    if (work && work.version === version) await this.panel.webview.postMessage({ type: 'work', work });
  }

  private async receive(message: { type: string } & Record<string, unknown>): Promise<void> {
    if (message.type === 'ready') {
      this.fresh = true;
      await this.update();
    } else if (message.type === 'reveal') {
      const range = this.places[message.at as number];
      if (!range) return;
      this.ours = new vscode.Position(range.end.line, range.end.character);
      await revealText(this.uri, range);
    } else if (message.type === 'export') await this.save(message.svg as string);
    else if (message.type === 'drawn') {
      this.session.log.debug(
        `graph view: ${String(message.operations)} operations as ${String(message.boxes)} boxes in ${Math.round(message.milliseconds as number)} ms`,
      );
    }
  }

  private async save(svg: string): Promise<void> {
    const folder = this.uri.scheme === 'file' ? vscode.Uri.joinPath(this.uri, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      filters: { SVG: ['svg'] },
      defaultUri: folder && vscode.Uri.joinPath(folder, 'graph.svg'),
    });
    if (target) await vscode.workspace.fs.writeFile(target, Buffer.from(svg, 'utf8'));
  }
}
