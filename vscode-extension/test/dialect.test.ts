import { describe, expect, it } from 'vitest';
import { dialectChoices, statusOf } from '../src/dialect/words';

const dialects = [
  { name: 'khronos', title: 'NNEF 1.0.5' },
  { name: 'tract', title: 'tract' },
];
const state = { dialect: 'tract', title: 'tract', detected: 'tract', chosen: null, project: null, setting: null, dialects };

describe('the dialect of a document', () => {
  it('says what it is and why', () => {
    expect(statusOf(state)).toEqual({ text: 'tract', tooltip: 'Read as tract, told from its text. Click to choose another.' });
    expect(statusOf({ ...state, chosen: 'tract' }).tooltip).toContain('chosen for this document');
    expect(statusOf({ ...state, setting: 'tract' }).tooltip).toContain('by the setting');
    expect(statusOf({ ...state, project: 'tract', setting: 'khronos' }).tooltip).toContain('by a file of the project');
  });
  it('offers every dialect of the server, and marks the one that holds', () => {
    expect(dialectChoices(state).map(({ label, description }) => [label, description])).toEqual([
      ['$(check) Automatic', 'told from its text: tract'],
      ['NNEF 1.0.5', ''],
      ['tract', 'what the text looks like'],
      ['Set for all documents…', 'the setting nnef.dialect'],
    ]);
    expect(dialectChoices({ ...state, chosen: 'khronos' })[1]).toMatchObject({ label: '$(check) NNEF 1.0.5', dialect: 'khronos' });
  });
});
