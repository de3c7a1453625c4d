import { describe, expect, it } from 'vitest';
import { candidates, explanation, findServer, type Interpreter } from '../src/server/discovery';

const NOTHING = { serverPath: '', python: '' };
const PLACES = { windows: false, bundled: '/ext/bundled' };

function interpreters(...known: [string, [number, number], boolean][]) {
  const all = new Map(known.map(([name, version, numpy]): [string, Interpreter] => [name, { command: name.split(' '), version, numpy }]));
  return async (command: string[]) => all.get(command.join(' '));
}

describe('where the server is found', () => {
  it('takes the path of the settings and asks no interpreter', async () => {
    const found = await findServer({ ...NOTHING, serverPath: '/opt/nnef-lsp' }, PLACES, async () => {
      throw new Error('asked');
    });
    expect(found).toEqual({ kind: 'server', command: ['/opt/nnef-lsp'] });
  });

  it('runs the bundled server on the interpreter that the Python extension has selected', async () => {
    const found = await findServer(
      NOTHING,
      { ...PLACES, selected: '/venv/bin/python' },
      interpreters(['/venv/bin/python', [3, 12], true], ['python3', [3, 11], true]),
    );
    expect(found).toMatchObject({ kind: 'bundled', interpreter: { command: ['/venv/bin/python'] }, folder: '/ext/bundled' });
  });

  it('passes over interpreters that are too old or missing', async () => {
    const found = await findServer(NOTHING, PLACES, interpreters(['python3', [3, 9], true], ['python', [3, 10], false]));
    expect(found).toMatchObject({ kind: 'bundled', interpreter: { command: ['python'] } });
  });

  it('prefers one that has numpy', async () => {
    const found = await findServer(
      NOTHING,
      { ...PLACES, own: '/storage/python' },
      interpreters(['python3', [3, 13], false], ['/storage/python', [3, 13], true]),
    );
    expect(found).toMatchObject({ interpreter: { command: ['/storage/python'] } });
  });

  it('does not replace an interpreter that the user names', async () => {
    const settings = { ...NOTHING, python: '/my/python' };
    const found = await findServer(
      settings,
      { ...PLACES, selected: '/other', own: '/storage/python' },
      interpreters(['/other', [3, 12], true], ['/storage/python', [3, 12], true], ['python3', [3, 12], true]),
    );
    expect(found.kind).toBe('none');
    expect(candidates(settings, { ...PLACES, selected: '/other' })).toEqual([['/my/python']]);
  });

  it('uses its own environment where the named interpreter lacks numpy', async () => {
    const settings = { ...NOTHING, python: '/my/python' };
    const known = interpreters(['/my/python', [3, 12], false], ['/storage/python', [3, 12], true]);
    expect(await findServer(settings, { ...PLACES, own: '/storage/python' }, known)).toMatchObject({
      interpreter: { command: ['/storage/python'] },
    });
    expect(await findServer(settings, PLACES, known)).toMatchObject({ interpreter: { command: ['/my/python'] } });
  });

  it('knows the launcher of Windows', () => {
    expect(candidates(NOTHING, { ...PLACES, windows: true })[0]).toEqual(['py', '-3']);
  });

  it.each([
    [NOTHING, interpreters(), 'none was found (tried python3, python)'],
    [NOTHING, interpreters(['python3', [3, 8], true]), 'python3 is 3.8'],
    [{ ...NOTHING, python: '/nowhere' }, interpreters(), 'nnef.python names "/nowhere"'],
  ])('says what is missing', async (settings, probe, words) => {
    const found = await findServer(settings, PLACES, probe);
    expect(found.kind).toBe('none');
    expect(explanation(found as never, settings)).toContain(words);
  });
});
