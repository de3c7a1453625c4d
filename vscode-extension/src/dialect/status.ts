// The dialect of the document in the status bar; a click chooses another, which is remembered for this document.

import * as vscode from 'vscode';
import type { DialectState } from '../protocol';
import type { Session } from '../server/session';
import { dialectChoices, statusOf } from './words';

const CHOSEN = 'nnef.dialects';
const PAUSE = 400;

export class DialectStatus implements vscode.Disposable {
  /** Beside the language, which VS Code shows at 100.1. */
  private readonly item = vscode.window.createStatusBarItem('nnef.dialect', vscode.StatusBarAlignment.Right, 100.09);
  private readonly registrations: vscode.Disposable;
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {
    this.item.name = 'NNEF Dialect';
    this.item.command = 'nnef.chooseDialect';
    this.registrations = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => void this.update()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === current()) this.later();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('nnef.dialect')) this.later();
      }),
      session.onStart(() => void this.restore()),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.registrations.dispose();
    this.item.dispose();
  }

  async choose(uri: vscode.Uri): Promise<void> {
    const state = await this.ask(uri);
    if (!state) return void vscode.window.showInformationMessage('Open a graph.nnef first.');
    const picked = await vscode.window.showQuickPick(dialectChoices(state), {
      title: 'Dialect of this document',
      placeHolder: `Now read as ${state.title}`,
    });
    if (!picked) return;
    if (picked.settings) return void vscode.commands.executeCommand('workbench.action.openSettings', 'nnef.dialect');
    const known = { ...this.context.workspaceState.get<Record<string, string>>(CHOSEN, {}) };
    if (picked.dialect) known[uri.toString()] = picked.dialect;
    else delete known[uri.toString()];
    await this.context.workspaceState.update(CHOSEN, known);
    await this.ask(uri, picked.dialect ?? null);
    await this.update();
  }

  /** A new server knows nothing of what was chosen. */
  private async restore(): Promise<void> {
    for (const [uri, dialect] of Object.entries(this.context.workspaceState.get<Record<string, string>>(CHOSEN, {}))) {
      await this.ask(vscode.Uri.parse(uri), dialect);
    }
    await this.update();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), PAUSE);
  }

  private async update(): Promise<void> {
    const document = current();
    const state = document && this.session.running ? await this.ask(document.uri) : undefined;
    if (!state || document !== current()) return this.item.hide();
    const { text, tooltip } = statusOf(state);
    [this.item.text, this.item.tooltip] = [text, tooltip];
    this.item.accessibilityInformation = { label: `NNEF dialect: ${tooltip}`, role: 'button' };
    this.item.show();
  }

  private ask(uri: vscode.Uri, dialect?: string | null): Promise<DialectState | null | undefined> {
    const params = { textDocument: { uri: uri.toString() }, ...(dialect === undefined ? {} : { dialect }) };
    return this.session.ask<DialectState | null>('nnef/dialect', params, undefined, true);
  }
}

function current(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === 'nnef' && document.uri.scheme !== 'nnef-flat' ? document : undefined;
}
