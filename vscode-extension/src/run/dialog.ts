// Asking what to run with, in as few steps as the model allows.

import * as vscode from 'vscode';
import type { RunNeeds, RunParams, TensorFact } from '../protocol';
import { inputChoices, runParams, setChoices, type Choice } from './choices';

type Pick = Choice & vscode.QuickPickItem;

export async function askForRun(uri: vscode.Uri, needs: RunNeeds): Promise<RunParams | undefined> {
  const inputs = await askForInputs(uri, needs);
  if (!inputs) return undefined;
  const engine = needs.engines.length > 1 ? await vscode.window.showQuickPick(needs.engines, { title: 'Run graph', placeHolder: 'Engine' }) : needs.engines[0];
  if (needs.engines.length > 1 && !engine) return undefined;
  const keep = await askForTensors(needs);
  return keep && runParams(uri.toString(), inputs, engine, keep, await labelsBeside(uri));
}

async function askForInputs(uri: vscode.Uri, needs: RunNeeds): Promise<Record<string, string> | undefined> {
  if (needs.inputs.length > 1) {
    const picked = await pick(setChoices(needs), 'Values of the inputs');
    if (!picked) return undefined;
    if (picked.set) return Object.fromEntries(needs.inputs.map(({ name }) => [name, picked.set!]));
  }
  const files = await filesNear(uri);
  const inputs: Record<string, string> = {};
  for (const input of needs.inputs) {
    const source = await askForInput(input, [...needs.sets, ...files], uri);
    if (!source) return undefined;
    inputs[input.name] = source;
  }
  return inputs;
}

async function askForInput(input: TensorFact, files: readonly string[], uri: vscode.Uri): Promise<string | undefined> {
  const picked = await pick(inputChoices(input, files), `Value of ${input.name}`);
  if (picked?.pick === 'seed') {
    const seed = await vscode.window.showInputBox({ title: 'Run graph', prompt: 'Seed', value: '1', validateInput: (text) => (/^\d{1,9}$/.test(text) ? undefined : 'a whole number') });
    return seed && `random:${seed}`;
  }
  if (picked?.pick !== 'file') return picked?.source;
  const folder = uri.scheme === 'file' ? vscode.Uri.joinPath(uri, '..') : undefined;
  const chosen = await vscode.window.showOpenDialog({ title: `Value of ${input.name}`, defaultUri: folder, filters: { 'Arrays and images': ['npy', 'npz', 'dat', 'png', 'pgm', 'ppm'] } });
  return chosen?.[0]?.fsPath;
}

async function askForTensors({ tensors }: RunNeeds): Promise<string[] | undefined> {
  const only = '$(output) Outputs only', some = '$(checklist) Choose tensors…', all = '$(layers) Every tensor';
  const answer = await vscode.window.showQuickPick([only, some, all], { title: 'Run graph', placeHolder: 'What to keep' });
  if (answer === undefined) return undefined;
  if (answer === only) return [];
  if (answer === all) return ['*'];
  return vscode.window.showQuickPick([...tensors], { title: 'Run graph', placeHolder: 'Tensors to keep', canPickMany: true });
}

function pick(choices: Choice[], placeHolder: string): Thenable<Pick | undefined> {
  return vscode.window.showQuickPick<Pick>(choices, { title: 'Run graph', placeHolder, matchOnDescription: true });
}

/** Arrays and images in the folder of the model and those below it. */
async function filesNear(uri: vscode.Uri): Promise<string[]> {
  if (uri.scheme !== 'file') return [];
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '**/*.{npy,npz,png,pgm,ppm}');
  const found = await vscode.workspace.findFiles(pattern, undefined, 40);
  return found.map(({ fsPath }) => fsPath).sort();
}

async function labelsBeside(uri: vscode.Uri): Promise<string> {
  if (uri.scheme !== 'file') return '';
  const labels = vscode.Uri.joinPath(uri, '..', 'labels.txt');
  return vscode.workspace.fs.stat(labels).then(() => labels.fsPath, () => '');
}
