import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { bundledCommand, bundledEnvironment } from '../src/server/launch';

const PYTHON = ['python3', 'python'].find((name) => {
  try {
    return execFileSync(name, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' }).startsWith('True');
  } catch {
    return false;
  }
});

it.skipIf(!PYTHON).each([[[3, 10]], [[3, 12]]] as [[number, number]][])(
  'no module of the current folder is imported, started as Python %s',
  (version) => {
    const place = mkdtempSync(path.join(tmpdir(), 'nnef-launch-'));
    try {
      const [hostile, bundled] = ['hostile', 'bundled'].map((name) => path.join(place, name));
      for (const folder of [hostile, bundled]) {
        mkdirSync(path.join(folder, 'nnef_lsp'), { recursive: true });
        writeFileSync(path.join(folder, 'nnef_lsp', '__init__.py'), '');
        writeFileSync(
          path.join(folder, 'nnef_lsp', '__main__.py'),
          `import sys, helper; print("${path.basename(folder)}", helper.place, *sys.argv[1:])`,
        );
        writeFileSync(path.join(folder, 'helper.py'), `place = "${path.basename(folder)}"`);
      }
      const [command, ...args] = bundledCommand({ command: [PYTHON!], version, numpy: true }, ['--stdio']);
      const { PYTHONSAFEPATH: _, ...env } = bundledEnvironment(process.env, bundled); // it is another guard: this one must hold alone
      expect(execFileSync(command, args, { cwd: hostile, env, encoding: 'utf8' }).trim()).toBe('bundled bundled serve --stdio');
    } finally {
      rmSync(place, { recursive: true });
    }
  },
);
