// The command line of the bundled server: Python that takes no modules from its current folder. No `vscode` here.

import type { Interpreter } from './discovery';

/** For Python 3.10, which has no -P: drops the current folder, which `-c` puts first, before anything is imported. */
const BOOTSTRAP =
  "import sys; sys.path[:1] = [] if sys.path[:1] == [''] else sys.path[:1]; " +
  "from runpy import run_module; run_module('nnef_lsp', run_name='__main__', alter_sys=True)";

export function bundledCommand({ command, version }: Interpreter, more: readonly string[]): string[] {
  const safe = version[0] > 3 || version[1] >= 11;
  return [...command, ...(safe ? ['-P', '-m', 'nnef_lsp'] : ['-c', BOOTSTRAP]), 'serve', ...more];
}

/** The environment of the server. PYTHONPATH is the bundled package alone; -I would lose numpy in the user's own site folder. */
export function bundledEnvironment(environment: Record<string, string | undefined>, folder: string): Record<string, string> {
  const { PYTHONHOME: _, ...kept } = environment;
  return { ...(kept as Record<string, string>), PYTHONPATH: folder, PYTHONSAFEPATH: '1' };
}
