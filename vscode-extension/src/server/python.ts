// Asking an interpreter what it is, without letting it look into the workspace.

import { execFile } from 'node:child_process';
import type { Interpreter } from './discovery';

const QUESTION = 'import sys, importlib.util as u; print(sys.version_info[0], sys.version_info[1], int(u.find_spec("numpy") is not None))';
const PATIENCE = 10_000;

export function probe(command: string[], folder: string): Promise<Interpreter | undefined> {
  return new Promise((resolve) => {
    // -I: no current folder on the path, no PYTHON* variables, no user site: a workspace cannot slip code in.
    execFile(
      command[0],
      [...command.slice(1), '-I', '-c', QUESTION],
      { timeout: PATIENCE, cwd: folder, windowsHide: true },
      (error, output) => {
        const answer = /^(\d+) (\d+) ([01])/.exec(output ?? '');
        if (error || !answer) return resolve(undefined);
        resolve({ command, version: [Number(answer[1]), Number(answer[2])], numpy: answer[3] === '1' });
      },
    );
  });
}

/** Runs a program to its end; rejects with what it said on its error output. */
export function run(command: string[], folder: string, cancelled: { onCancellationRequested(stop: () => void): unknown }): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(command[0], command.slice(1), { cwd: folder, windowsHide: true, timeout: 600_000 }, (error, _, complaint) => {
      if (error) reject(new Error(complaint.trim().split('\n').slice(-3).join('\n') || error.message));
      else resolve();
    });
    cancelled.onCancellationRequested(() => child.kill());
  });
}
