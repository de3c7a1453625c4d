// What a person can choose for a run, as plain data: the dialog shows it, the tests read it.

import type { RunNeeds, RunParams, TensorFact } from '../protocol';

export interface Choice { label: string; description: string; source?: string; pick?: 'file' | 'seed'; set?: string }

/** For one input. */
export function inputChoices({ shape }: TensorFact, files: readonly string[]): Choice[] {
  return [
    { label: '$(symbol-numeric) Random', description: 'normal values, the same every time', source: 'random:0' },
    { label: '$(symbol-numeric) Random with a seed…', description: '', pick: 'seed' },
    { label: '$(circle-slash) Zeros', description: shape ? shape.map((extent) => extent ?? '?').join('×') : '', source: 'zeros' },
    { label: '$(file-binary) File…', description: '.npy, .npz, .dat, .png', pick: 'file' },
    ...files.map((path) => ({ label: `$(file) ${path.split(/[/\\]/).pop()!}`, description: path, source: path })),
  ];
}

/** For all inputs at once. Sets are .npz files beside the model that hold every input. */
export function setChoices({ sets, inputs }: RunNeeds): Choice[] {
  const found = sets.map((path) => ({ label: `$(database) ${path.split(/[/\\]/).pop()!}`, description: 'holds all inputs', set: path }));
  return [...found, { label: '$(symbol-numeric) All inputs random', description: `${inputs.length} inputs, seed 0`, set: 'random:0' }, { label: '$(list-selection) Choose each…', description: '' }];
}

/** The parameters of the run, without what is left at its default. */
export function runParams(uri: string, inputs: Record<string, string>, engine: string | undefined, keep: readonly string[], labels: string): RunParams {
  return {
    uri, inputs,
    ...(engine && engine !== 'numpy' ? { engine } : {}),
    ...(keep.length ? { keep: [...keep] } : {}),
    ...(labels ? { labels } : {}),
  };
}
