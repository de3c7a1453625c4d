// Documents that exist only in the server: the flattened graph, the report, the page of a rule.

import * as vscode from 'vscode';
import type { Session } from '../server/session';

export const SCHEMES = ['nnef-flat', 'nnef-report', 'nnef-rule'] as const;

export class VirtualDocuments implements vscode.TextDocumentContentProvider {
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;

  constructor(private readonly session: Session) {}

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const answer = await this.session.ask<{ text: string }>('workspace/textDocumentContent', { uri: uri.toString() }, token);
    return answer?.text ?? '';
  }

  /** The flattened graph of a document that was edited is out of date. */
  changed(document: vscode.Uri): void {
    for (const open of vscode.workspace.textDocuments) {
      if (open.uri.scheme === 'nnef-flat' && open.uri.path === document.path) this.changes.fire(open.uri);
    }
  }
}

export async function showFlat(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'nnef-flat' }));
  await vscode.languages.setTextDocumentLanguage(document, 'nnef');
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

/** Writes the report where the user says. */
export async function exportReport(uri: vscode.Uri, session: Session): Promise<void> {
  const report = uri.with({ scheme: 'nnef-report', path: `${uri.path}.md` });
  const answer = await session.ask<{ text: string }>('workspace/textDocumentContent', { uri: report.toString() });
  if (!answer) return;
  const folder = uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: { Markdown: ['md'] },
    defaultUri: folder && vscode.Uri.joinPath(folder, 'report.md'),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(answer.text, 'utf8'));
  await vscode.commands.executeCommand('markdown.showPreview', target);
}

/** The page of the rule under the cursor, or of one that is chosen among those reported. */
export async function openRule(rule: unknown): Promise<void> {
  const code = typeof rule === 'string' ? rule : await chosenRule();
  if (code) await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.from({ scheme: 'nnef-rule', path: `/${code}.md` }));
}

async function chosenRule(): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  const problems = editor ? vscode.languages.getDiagnostics(editor.document.uri) : [];
  const here = problems.filter(({ range }) => editor && range.contains(editor.selection.active));
  const codes = [...new Set((here.length ? here : problems).map(codeOf).filter((code) => code !== ''))];
  if (codes.length <= 1) return codes[0] ?? vscode.window.showInputBox({ prompt: 'Name of a rule, for example undefined-name' });
  return vscode.window.showQuickPick(codes, { placeHolder: 'Rule' });
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}
