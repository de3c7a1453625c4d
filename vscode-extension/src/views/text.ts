// Showing a place in the text beside a view.

import * as vscode from 'vscode';
import type { Range } from '../protocol';

export const toRange = ({ start, end }: Range): vscode.Range => new vscode.Range(start.line, start.character, end.line, end.character);

export async function revealText(uri: vscode.Uri, range: Range, keepFocus = true): Promise<void> {
  const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  const column = open?.viewColumn ?? vscode.ViewColumn.One;
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
    viewColumn: column,
    preserveFocus: keepFocus,
  });
  const place = toRange(range);
  editor.selection = new vscode.Selection(place.start, place.end);
  editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The column beside a text, where its views are together; `Beside` would open a new column when a view is active. */
export function besideText(uri: vscode.Uri): vscode.ViewColumn {
  const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all, viewColumn }) => all.map(({ input }) => ({ input, viewColumn })));
  const text = tabs.find(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
  return text && text.viewColumn < vscode.ViewColumn.Nine ? text.viewColumn + 1 : vscode.ViewColumn.Beside;
}

/** The document that a command is about: its argument, or what is being edited. */
export function documentOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument === 'string' && argument) return vscode.Uri.parse(argument);
  const active = vscode.window.activeTextEditor?.document;
  if (active?.languageId === 'nnef') return active.uri;
  return vscode.window.visibleTextEditors.find(({ document }) => document.languageId === 'nnef')?.document.uri;
}
