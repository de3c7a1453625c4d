// Running, with progress and cancel.

import * as vscode from 'vscode';
import { ProgressType } from 'vscode-languageclient/node';
import type { GraphPanels } from '../graph/panel';
import type { RunNeeds, RunParams, RunResult, SaveAnswer } from '../protocol';
import { offerNumpy } from '../server/environment';
import type { Session } from '../server/session';
import type { Chosen } from './choices';
import { askForRun, askForSymbols } from './dialog';
import { ResultsPanel } from './panel';

const LABELS = 'nnef.labels';

export class Runs {
  private readonly panel: ResultsPanel;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly graphs: GraphPanels,
  ) {
    this.panel = new ResultsPanel(context, session, {
      again: (params) => this.runWith(params),
      compare: (uri) => this.compare(uri),
      graph: (uri) => graphs.open(uri),
      save: ({ uri, inputs, symbols }) => this.save(vscode.Uri.parse(uri), { inputs: inputs ?? {}, symbols }),
      labels: (uri) => this.chooseLabels(uri),
    });
  }

  async run(uri: vscode.Uri): Promise<void> {
    if (!(await this.ready())) return;
    const needs = await this.needs(uri);
    if (!needs) return;
    for (const problem of needs.problems) void vscode.window.showWarningMessage(problem);
    const params = await askForRun(uri, needs, (chosen) => this.save(uri, chosen));
    if (params) await this.carryOut(params);
  }

  /** A run of which everything is known already. */
  async runWith(params: RunParams): Promise<void> {
    if (await this.ready()) await this.carryOut(params);
  }

  /** Runs the last run of this document again, or a new one, and compares with the arrays of a file. */
  async compare(uri: vscode.Uri): Promise<void> {
    if (!(await this.ready())) return;
    const folder = uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : undefined;
    const chosen = await vscode.window.showOpenDialog({ title: 'Expected values', defaultUri: folder, filters: { Arrays: ['npz'] } });
    if (!chosen) return;
    const expected = chosen[0].fsPath;
    const needs = await this.needs(uri);
    if (!needs) return;
    const last = this.panel.shown?.params;
    const same = last?.uri === uri.toString() ? last : undefined;
    const inputs = needs.sets.includes(expected)
      ? { uri: uri.toString(), inputs: Object.fromEntries(needs.inputs.map(({ name }) => [name, expected])) }
      : same;
    const params = inputs ?? (await askForRun(uri, needs, (given) => this.save(uri, given)));
    if (params) await this.carryOut({ ...params, expected });
  }

  private needs(uri: vscode.Uri): Promise<RunNeeds | undefined> {
    return this.session.ask<RunNeeds>('workspace/executeCommand', { command: 'nnef.inputs', arguments: [{ uri: uri.toString() }] });
  }

  private async save(uri: vscode.Uri, { inputs, symbols }: Chosen): Promise<void> {
    const name = (
      await vscode.window.showInputBox({
        title: 'Save inputs',
        prompt: 'Name for these inputs',
        placeHolder: 'for example: a seven',
        validateInput: (text) => (text.trim() ? undefined : 'a name'),
      })
    )?.trim();
    if (!name) return;
    const answer = await this.session.ask<SaveAnswer>('workspace/executeCommand', {
      command: 'nnef.saveInputs',
      arguments: [{ uri: uri.toString(), name, inputs, ...(symbols ? { symbols } : {}) }],
    });
    if (answer?.ok) void vscode.window.setStatusBarMessage(`Inputs saved as "${name}".`, 6000);
    else if (answer) void vscode.window.showErrorMessage(answer.message ?? 'The inputs could not be saved.');
  }

  private async ready(): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      const manage = 'Manage trust';
      const answer = await vscode.window.showWarningMessage('Graphs run only in trusted workspaces.', manage);
      if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return false;
    }
    if (!(await this.session.start())) return false;
    const { found } = this.session;
    if (found?.kind !== 'bundled' || found.interpreter.numpy) return true;
    if (!(await offerNumpy(this.context, found.interpreter))) return false;
    await this.session.restart();
    return true;
  }

  private async carryOut(params: RunParams): Promise<void> {
    let result = await this.followed(params);
    if (result?.symbols?.length) {
      const symbols = await askForSymbols(result.symbols);
      if (!symbols) return;
      params = { ...params, symbols: { ...params.symbols, ...symbols } };
      result = await this.followed(params);
    }
    if (!result) return;
    this.panel.show({ params, result, labels: await this.labelsOf(vscode.Uri.parse(params.uri)) });
    this.graphs.refresh(params.uri);
  }

  private followed(params: RunParams): Thenable<RunResult | undefined> {
    const name = vscode.Uri.parse(params.uri).path.split('/').slice(-2).join('/');
    const options = { location: vscode.ProgressLocation.Notification, title: `Running ${name}`, cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      const client = await this.session.start();
      if (!client) return undefined;
      const workDoneToken = `nnef-run-${Date.now()}`;
      let share = 0;
      const following = client.onProgress(REPORT, workDoneToken, ({ message, percentage }) => {
        progress.report({ message, increment: percentage === undefined ? undefined : Math.max(0, percentage - share) });
        share = percentage ?? share;
      });
      try {
        return await this.session.ask<RunResult>(
          'workspace/executeCommand',
          { command: 'nnef.runGraph', arguments: [{ ...params, show: false }], workDoneToken },
          token,
        );
      } finally {
        following.dispose();
      }
    });
  }

  // --- names of classes

  /** The file that was chosen for this model, else the labels.txt beside it. */
  private async labelsOf(uri: vscode.Uri): Promise<string[]> {
    if (uri.scheme !== 'file') return [];
    const chosen = this.context.workspaceState.get<Record<string, string>>(LABELS, {})[uri.toString()];
    return readLines(chosen ? vscode.Uri.parse(chosen) : vscode.Uri.joinPath(uri, '..', 'labels.txt'));
  }

  private async chooseLabels(uri: vscode.Uri): Promise<void> {
    const folder = uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : undefined;
    const [file] =
      (await vscode.window.showOpenDialog({
        title: 'Names of the classes, one a line',
        defaultUri: folder,
        filters: { Text: ['txt', 'csv', 'names', '*'] },
      })) ?? [];
    if (!file || !this.panel.shown) return;
    await this.context.workspaceState.update(LABELS, {
      ...this.context.workspaceState.get<Record<string, string>>(LABELS, {}),
      [uri.toString()]: file.toString(),
    });
    this.panel.show({ ...this.panel.shown, labels: await readLines(file) });
  }
}

/** A progress token of the protocol carries begin, report and end; all have the fields that are shown. */
const REPORT = new ProgressType<{ message?: string; percentage?: number }>();

async function readLines(file: vscode.Uri): Promise<string[]> {
  try {
    if ((await vscode.workspace.fs.stat(file)).size > 2 ** 20) return [];
    return Buffer.from(await vscode.workspace.fs.readFile(file))
      .toString('utf8')
      .split(/\r?\n/)
      .map((line) => line.trim());
  } catch {
    return [];
  }
}
