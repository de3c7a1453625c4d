// What a person can choose for a run, as plain data: the dialog shows it, the tests read it.

import type { RunNeeds, RunParams, SavedInputs, TensorFact } from '../protocol';

export interface Choice {
  label: string;
  description: string;
  source?: string; // for one input
  pick?: 'file' | 'seed' | 'each'; // more is asked
  set?: string; // the same source for every input
  saved?: SavedInputs;
}
export interface Chosen {
  inputs: Record<string, string>;
  symbols?: Record<string, number>;
}

export const ARRAYS = ['npy', 'npz', 'dat', 'png', 'jpg', 'jpeg', 'bmp', 'pgm', 'ppm'];

/** The last part of a path, of whichever system. */
export const baseName = (path: string): string => path.split(/[/\\]/).pop()!;

/** The folder of a relative path, which is what tells files of one name apart. */
const parent = (path: string): string => path.slice(0, Math.max(0, path.length - baseName(path).length - 1));

/** For one input. */
export function inputChoices({ shape }: TensorFact, files: readonly string[], folder: string): Choice[] {
  return [
    { label: '$(symbol-numeric) Random', description: 'normal values, the same every time', source: 'random:0' },
    { label: '$(symbol-numeric) Random with a seed…', description: '', pick: 'seed' },
    { label: '$(circle-slash) Zeros', description: shape ? shape.map((extent) => extent ?? '?').join('×') : '', source: 'zeros' },
    {
      label: '$(file-binary) File…',
      description: ARRAYS.slice(0, 5)
        .map((ending) => `.${ending}`)
        .join(', '),
      pick: 'file',
    },
    ...files.map((path) => ({ label: `$(file) ${baseName(path)}`, description: parent(below(folder, path)), source: path })),
  ];
}

/** For all inputs at once: what was saved, .npz files beside the model that hold every input, random values. */
export function setChoices({ sets, inputs, saved }: RunNeeds): Choice[] {
  return [
    ...savedChoices(saved),
    ...sets.map((path) => ({ label: `$(database) ${baseName(path)}`, description: 'holds all inputs', set: path })),
    { label: '$(symbol-numeric) All inputs random', description: `${inputs.length} inputs, seed 0`, set: 'random:0' },
    { label: '$(list-selection) Choose each…', description: '', pick: 'each' },
  ];
}

export function savedChoices(saved: readonly SavedInputs[]): Choice[] {
  return saved.map((each) => ({ label: `$(bookmark) ${each.name}`, description: `saved · ${told(each)}`, saved: each }));
}

function told({ inputs, symbols }: SavedInputs): string {
  return [
    ...Object.entries(inputs).map(([name, source]) => `${name} = ${baseName(source)}`),
    ...Object.entries(symbols).map(([name, value]) => `${name} = ${value}`),
  ].join(', ');
}

/** The part of a path below a folder, else all of it. */
export function below(folder: string, path: string): string {
  const [from, to] = [folder, path].map((text) => text.replace(/\\/g, '/'));
  const same = /^[a-z]:\//i.test(from) ? to.toLowerCase().startsWith(`${from.toLowerCase()}/`) : to.startsWith(`${from}/`);
  return folder && same ? path.slice(folder.length + 1) : path;
}

/** The parameters of the run, without what is left at its default. */
export function runParams(uri: string, { inputs, symbols }: Chosen, engine: string | undefined, keep: readonly string[]): RunParams {
  return {
    uri,
    inputs,
    ...(symbols && Object.keys(symbols).length ? { symbols } : {}),
    ...(engine && engine !== 'numpy' ? { engine } : {}),
    ...(keep.length ? { keep: [...keep] } : {}),
  };
}

/** Class names for the highest values of each output: one a line, in the order of the classes. */
export function labelled<T extends { top?: { index: number; label?: string }[] }>(tensors: readonly T[], labels: readonly string[]): T[] {
  return tensors.map((tensor) =>
    tensor.top ? { ...tensor, top: tensor.top.map((item) => ({ ...item, label: labels[item.index] ?? item.label })) } : tensor,
  );
}
