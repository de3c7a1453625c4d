import { describe, expect, it } from 'vitest';
import { baseName, below, inputChoices, labelled, runParams, setChoices } from '../src/run/choices';

const input = { name: 'x', dtype: 'scalar', shape: [1, 'S'] };
const saved = { name: 'a seven', inputs: { x: '/m/samples/7.png', y: 'random:3' }, symbols: { S: 4 } };

describe('choices for a run', () => {
  it('offers random values, zeros, files', () => {
    const choices = inputChoices(input, ['/m/in/seven.png'], '/m');
    expect(choices.map(({ source }) => source)).toEqual(['random:0', undefined, 'zeros', undefined, '/m/in/seven.png']);
    expect([choices[2].description, choices[4].description]).toEqual(['1×S', 'in']);
  });

  it('offers what was saved first, then files that hold all inputs', () => {
    const needs = { inputs: [input, input], tensors: [], engines: [], sets: ['C:\\m\\io.npz'], saved: [saved], problems: [] };
    expect(setChoices(needs).map(({ label, description }) => `${label} ${description}`)).toEqual([
      '$(bookmark) a seven saved · x = 7.png, y = random:3, S = 4',
      '$(database) io.npz holds all inputs',
      '$(symbol-numeric) All inputs random 2 inputs, seed 0',
      '$(list-selection) Choose each… ',
    ]);
    expect(setChoices(needs)[0].saved).toBe(saved);
  });

  it('leaves defaults out', () => {
    expect(runParams('file:///g', { inputs: { x: 'zeros' }, symbols: {} }, 'numpy', [])).toEqual({
      uri: 'file:///g',
      inputs: { x: 'zeros' },
    });
    expect(runParams('file:///g', saved, 'tract', ['a'])).toEqual({
      uri: 'file:///g',
      inputs: saved.inputs,
      symbols: { S: 4 },
      engine: 'tract',
      keep: ['a'],
    });
  });

  it('gives classes their names, and keeps those it has where the file is short', () => {
    const tensors = [{ top: [{ index: 1 }, { index: 9, label: 'nine' }] }, {}];
    expect(labelled(tensors, ['cat', 'dog'])).toEqual([
      {
        top: [
          { index: 1, label: 'dog' },
          { index: 9, label: 'nine' },
        ],
      },
      {},
    ]);
  });
});

describe('paths of every system', () => {
  it.each([
    ['/a b/c.npz', 'c.npz'],
    ['C:\\a b\\c.npz', 'c.npz'],
    ['\\\\server\\share\\c.npz', 'c.npz'],
    ['random:3', 'random:3'],
  ])('the last part of %s', (path, name) => {
    expect(baseName(path)).toBe(name);
  });
  it.each([
    ['/models/net', '/models/net/in/x.npy', 'in/x.npy'],
    ['/models/net', '/models/network/x.npy', '/models/network/x.npy'],
    ['', '/x.npy', '/x.npy'],
    ['c:\\my models\\net', 'C:\\My Models\\net\\in\\x.npy', 'in\\x.npy'],
    ['c:\\a', 'd:\\a\\x.npy', 'd:\\a\\x.npy'],
  ])('%s holds %s', (folder, path, shown) => {
    expect(below(folder, path)).toBe(shown);
  });
});
