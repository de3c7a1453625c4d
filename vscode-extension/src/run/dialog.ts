// Asking what to run with, in as few steps as the model allows.

import * as vscode from 'vscode';
import type { RunNeeds, RunParams, TensorFact } from '../protocol';
import { ARRAYS, type Choice, type Chosen, inputChoices, runParams, savedChoices, setChoices } from './choices';

type Pick = Choice & vscode.QuickPickItem;
export type Save = (chosen: Chosen) => Promise<unknown>;

const TITLE = 'Run graph';

export async function askForRun(uri: vscode.Uri, needs: RunNeeds, save: Save): Promise<RunParams | undefined> {
  const chosen = await askForInputs(uri, needs);
  if (!chosen) return undefined;
  const engine =
    needs.engines.length > 1 ? await vscode.window.showQuickPick(needs.engines, { title: TITLE, placeHolder: 'Engine' }) : needs.engines[0];
  if (needs.engines.length > 1 && !engine) return undefined;
  const keep = await askForTensors(needs, uri.scheme === 'file' ? () => save(chosen) : undefined);
  return keep && runParams(uri.toString(), chosen, engine, keep);
}

async function askForInputs(uri: vscode.Uri, needs: RunNeeds): Promise<Chosen | undefined> {
  if (needs.inputs.length > 1) {
    const picked = await pick(setChoices(needs), 'Values of the inputs');
    if (!picked) return undefined;
    if (picked.saved) return picked.saved;
    if (picked.set) return { inputs: Object.fromEntries(needs.inputs.map(({ name }) => [name, picked.set!])) };
  }
  const { sets, saved } = needs,
    single = needs.inputs.length === 1;
  // Of the .npz files only those that hold the input; where there are several inputs, a file for one of them may do.
  const files = [...sets, ...(await filesNear(uri)).filter((file) => !sets.includes(file) && !(single && file.endsWith('.npz')))];
  const inputs: Record<string, string> = {};
  for (const input of needs.inputs) {
    const answer = await askForInput(input, single ? savedChoices(saved) : [], files, uri);
    if (!answer) return undefined;
    if (typeof answer !== 'string') return answer;
    inputs[input.name] = answer;
  }
  return { inputs };
}

async function askForInput(
  input: TensorFact,
  first: Choice[],
  files: readonly string[],
  uri: vscode.Uri,
): Promise<string | Chosen | undefined> {
  const folder = uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : undefined;
  const picked = await pick([...first, ...inputChoices(input, files, folder?.fsPath ?? '')], `Value of ${input.name}`);
  if (picked?.saved) return picked.saved;
  if (picked?.pick === 'seed') {
    const seed = await vscode.window.showInputBox({
      title: TITLE,
      prompt: 'Seed',
      value: '1',
      validateInput: (text) => (/^\d{1,9}$/.test(text) ? undefined : 'a whole number'),
    });
    return seed && `random:${seed}`;
  }
  if (picked?.pick !== 'file') return picked?.source;
  const chosen = await vscode.window.showOpenDialog({
    title: `Value of ${input.name}`,
    defaultUri: folder,
    filters: { 'Arrays and images': ARRAYS },
  });
  return chosen?.[0]?.fsPath;
}

async function askForTensors({ tensors }: RunNeeds, save: (() => Promise<unknown>) | undefined): Promise<string[] | undefined> {
  const only = { label: '$(output) Outputs only' },
    some = { label: '$(checklist) Choose tensors…' },
    all = { label: '$(layers) Every tensor' };
  const keepInputs = { label: '$(bookmark) Save these inputs as…', description: 'beside the model, to be chosen again' };
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
  for (;;) {
    const items: vscode.QuickPickItem[] = [only, some, all, ...(save ? [separator, keepInputs] : [])];
    const answer = await vscode.window.showQuickPick(items, { title: TITLE, placeHolder: 'What to keep' });
    if (answer === keepInputs) await save!();
    else if (answer === only) return [];
    else if (answer === all) return ['*'];
    else if (answer === some)
      return vscode.window.showQuickPick([...tensors], { title: TITLE, placeHolder: 'Tensors to keep', canPickMany: true });
    else return undefined;
  }
}

/** Values for extents that only a run tells, one after the other. */
export async function askForSymbols(names: readonly string[]): Promise<Record<string, number> | undefined> {
  const values: Record<string, number> = {};
  for (const name of names) {
    const text = await vscode.window.showInputBox({
      title: TITLE,
      prompt: `Value of the symbol ${name}, an extent of the inputs`,
      value: '1',
      validateInput: (typed) => (/^[1-9]\d{0,8}$/.test(typed) ? undefined : 'a whole number, at least 1'),
    });
    if (text === undefined) return undefined;
    values[name] = Number(text);
  }
  return values;
}

function pick(choices: Choice[], placeHolder: string): Thenable<Pick | undefined> {
  return vscode.window.showQuickPick<Pick>(choices, { title: TITLE, placeHolder, matchOnDescription: true });
}

/** Arrays and images in the folder of the model and those below it. */
async function filesNear(uri: vscode.Uri): Promise<string[]> {
  if (uri.scheme !== 'file') return [];
  const pattern = new vscode.RelativePattern(
    vscode.Uri.joinPath(uri, '..'),
    `**/*.{${ARRAYS.filter((ending) => ending !== 'dat').join(',')}}`,
  );
  const found = await vscode.workspace.findFiles(pattern, undefined, 40);
  return found.map(({ fsPath }) => fsPath).sort();
}
