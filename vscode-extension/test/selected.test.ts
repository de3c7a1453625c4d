import { describe, expect, it } from 'vitest';
import { pythonOf } from '../src/server/discovery';
import { namedProgram, type PythonApi, pythonSelected } from '../src/server/selected';

const AROUND = { folder: '/work/net', home: '/home/me', environment: { VENV: '/envs/a' } };

function api(path: string, executable?: string): PythonApi {
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ path }),
      resolveEnvironment: async () => (executable ? { executable: { uri: { fsPath: executable } } } : undefined),
    },
  };
}

describe('the interpreter of the Python extension', () => {
  it('is what it has active, resolved to a program', async () => {
    expect(await pythonSelected(api('/envs/conda', '/envs/conda/bin/python'), '/other/python', AROUND)).toBe('/envs/conda/bin/python');
    expect(await pythonSelected(api('C:\\envs\\my env\\python.exe'), '', AROUND)).toBe('C:\\envs\\my env\\python.exe');
  });

  it('is no bare name, which is what nobody has chosen', async () => {
    expect(await pythonSelected(api('python'), '', AROUND)).toBeUndefined();
    expect(await pythonSelected(undefined, 'python', AROUND)).toBeUndefined();
    expect(await pythonSelected({}, '', AROUND)).toBeUndefined();
  });

  it('is the one of its setting where it says nothing, or is not installed', async () => {
    expect(await pythonSelected(undefined, '${workspaceFolder}/.venv/bin/python', AROUND)).toBe('/work/net/.venv/bin/python');
    expect(await pythonSelected(api('python'), '~/py/bin/python', AROUND)).toBe('/home/me/py/bin/python');
    expect(await pythonSelected(undefined, '${env:VENV}/bin/python', AROUND)).toBe('/envs/a/bin/python');
    expect(await pythonSelected(undefined, '${env:NOTHING}/bin/python', AROUND)).toBeUndefined();
    expect(await pythonSelected(undefined, '${workspaceFolder}/bin/python', { ...AROUND, folder: undefined })).toBeUndefined();
  });

  it('does not stop the search when it fails', async () => {
    const failing: PythonApi = {
      environments: {
        getActiveEnvironmentPath: () => ({ path: '/envs/a/bin/python' }),
        resolveEnvironment: async () => {
          throw new Error('no');
        },
      },
    };
    expect(await pythonSelected(failing, '', AROUND)).toBe('/envs/a/bin/python');
  });
});

describe('programs that settings name', () => {
  it.each([
    ['  /usr/bin/python3 ', '/usr/bin/python3'],
    ['"C:\\Program Files\\Python\\python.exe"', 'C:\\Program Files\\Python\\python.exe'],
    ['~/bin/nnef-lsp', '/home/me/bin/nnef-lsp'],
    ['~\\bin\\nnef-lsp.exe', '/home/me\\bin\\nnef-lsp.exe'],
    ['${workspaceFolder}/.venv/bin/nnef-lsp', '/work/net/.venv/bin/nnef-lsp'],
    ['python3.12', 'python3.12'],
    ['', ''],
  ])('%s', (setting, program) => {
    expect(namedProgram(setting, AROUND)).toBe(program);
  });
});

describe('the interpreter of an environment', () => {
  it('has another place on Windows', () => {
    expect(pythonOf('C:\\Users\\a b\\python', 'win32')).toBe('C:\\Users\\a b\\python\\Scripts\\python.exe');
    expect(pythonOf('/home/a b/python', 'linux')).toBe('/home/a b/python/bin/python');
  });
});
