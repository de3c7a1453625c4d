// Running, with progress and cancel, and the panel of the results.

import * as vscode from 'vscode';
import { ProgressType } from 'vscode-languageclient/node';
import type { Range, RunNeeds, RunParams, RunResult } from '../protocol';
import type { GraphPanels } from '../graph/panel';
import { offerNumpy } from '../server/environment';
import type { Session } from '../server/session';
import { PAGE, page, serveRequests, viewOptions } from '../views/page';
import { revealText } from '../views/text';
import { askForRun } from './dialog';

export class Runs {
  private panel?: vscode.WebviewPanel;
  private last?: { params: RunParams; result: RunResult };

  constructor(private readonly context: vscode.ExtensionContext, private readonly session: Session, private readonly graphs: GraphPanels) {}

  async run(uri: vscode.Uri): Promise<void> {
    if (!await this.ready()) return;
    const needs = await this.session.ask<RunNeeds>('workspace/executeCommand', { command: 'nnef.inputs', arguments: [{ uri: uri.toString() }] });
    const params = needs && await askForRun(uri, needs);
    if (params) await this.carryOut(params);
  }

  /** Runs the last run of this document again, or a new one, and compares with the arrays of a file. */
  async compare(uri: vscode.Uri): Promise<void> {
    if (!await this.ready()) return;
    const folder = uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : undefined;
    const chosen = await vscode.window.showOpenDialog({ title: 'Expected values', defaultUri: folder, filters: { Arrays: ['npz'] } });
    if (!chosen) return;
    const expected = chosen[0].fsPath;
    const needs = await this.session.ask<RunNeeds>('workspace/executeCommand', { command: 'nnef.inputs', arguments: [{ uri: uri.toString() }] });
    if (!needs) return;
    const same = this.last?.params.uri === uri.toString() ? this.last.params.inputs : undefined;
    const inputs = needs.sets.includes(expected) ? Object.fromEntries(needs.inputs.map(({ name }) => [name, expected])) : same;
    const params = inputs ? { uri: uri.toString(), inputs } : await askForRun(uri, needs);
    if (params) await this.carryOut({ ...params, expected });
  }

  private async ready(): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      const manage = 'Manage trust';
      const answer = await vscode.window.showWarningMessage('Graphs run only in trusted workspaces.', manage);
      if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return false;
    }
    if (!await this.session.start()) return false;
    const { found } = this.session;
    if (found?.kind !== 'bundled' || found.interpreter.numpy) return true;
    if (!await offerNumpy(this.context, found.interpreter)) return false;
    await this.session.restart();
    return true;
  }

  private async carryOut(params: RunParams): Promise<void> {
    const name = vscode.Uri.parse(params.uri).path.split('/').slice(-2).join('/');
    const options = { location: vscode.ProgressLocation.Notification, title: `Running ${name}`, cancellable: true };
    const result = await vscode.window.withProgress(options, async (progress, token) => {
      const client = await this.session.start();
      if (!client) return undefined;
      const workDoneToken = `nnef-run-${Date.now()}`;
      let share = 0;
      const following = client.onProgress(REPORT, workDoneToken, ({ message, percentage }) => {
        progress.report({ message, increment: percentage === undefined ? undefined : Math.max(0, percentage - share) });
        share = percentage ?? share;
      });
      try {
        return await this.session.ask<RunResult>('workspace/executeCommand', { command: 'nnef.runGraph', arguments: [params], workDoneToken }, token);
      } finally {
        following.dispose();
      }
    });
    if (!result) return;
    this.last = { params, result };
    this.show();
    this.graphs.refresh(params.uri);
  }

  private show(): void {
    if (!this.panel) this.open();
    else {
      this.panel.reveal(undefined, true);
      this.send();
    }
  }

  private open(): void {
    const panel = vscode.window.createWebviewPanel('nnef.run', 'Results', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { ...viewOptions(this.context.extensionUri), retainContextWhenHidden: true });
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, 'media', 'run.svg');
    panel.onDidDispose(() => { this.panel = undefined; });
    serveRequests(panel.webview, (request, params) => this.session.ask(request, params));
    panel.webview.onDidReceiveMessage((message: { type: string; range?: Range }) => void this.receive(message));
    panel.webview.html = page(panel.webview, this.context.extensionUri, 'run', 'Results', PAGE);
  }

  private async receive({ type, range }: { type: string; range?: Range }): Promise<void> {
    if (type === 'ready') return this.send();
    if (!this.last) return;
    const uri = vscode.Uri.parse(this.last.params.uri);
    if (type === 'reveal' && range) await revealText(uri, range);
    else if (type === 'again') await this.carryOut(this.last.params);
    else if (type === 'compare') await this.compare(uri);
    else if (type === 'graph') this.graphs.open(uri);
  }

  private send(): void {
    if (!this.last || !this.panel) return;
    const { params, result } = this.last;
    const title = vscode.Uri.parse(params.uri).path.split('/').slice(-2).join('/');
    const inputs = Object.entries(params.inputs ?? {}).map(([name, source]) => [name, source.split(/[/\\]/).pop()!]);
    void this.panel.webview.postMessage({ type: 'result', title, inputs, result });
  }
}

/** A progress token of the protocol carries begin, report and end; all have the fields that are shown. */
const REPORT = new ProgressType<{ message?: string; percentage?: number }>();
