// The extension's own Python environment: made only after asking, only to hold numpy.

import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { type Interpreter, pythonOf } from './discovery';
import { run } from './python';

const folderOf = (context: vscode.ExtensionContext): string => path.join(context.globalStorageUri.fsPath, 'python');

export async function ownPython(context: vscode.ExtensionContext): Promise<string | undefined> {
  const python = pythonOf(folderOf(context), process.platform);
  return fs.access(python).then(
    () => python,
    () => undefined,
  );
}

/** Offers to install numpy when a command needs it. Answers whether the server should be started again. */
export async function offerNumpy(context: vscode.ExtensionContext, interpreter: Interpreter): Promise<boolean> {
  const install = 'Install numpy',
    choose = 'Choose interpreter…';
  const answer = await vscode.window.showInformationMessage(
    `Running graphs and looking into tensors needs numpy, which ${interpreter.command.join(' ')} lacks. ` +
      'Install it into an environment of the NNEF extension? Your own Python stays as it is.',
    install,
    choose,
  );
  if (answer === choose) await vscode.commands.executeCommand('nnef.choosePython');
  return answer === install && installNumpy(context, interpreter);
}

function installNumpy(context: vscode.ExtensionContext, interpreter: Interpreter): Thenable<boolean> {
  const folder = folderOf(context);
  const options = { location: vscode.ProgressLocation.Notification, title: 'NNEF', cancellable: true };
  return vscode.window.withProgress(options, async (progress, cancelled) => {
    try {
      await fs.mkdir(path.dirname(folder), { recursive: true });
      progress.report({ message: 'making an environment' });
      await run([...interpreter.command, '-I', '-m', 'venv', folder], path.dirname(folder), cancelled);
      progress.report({ message: 'installing numpy' });
      await run(
        [
          pythonOf(folder, process.platform),
          '-I',
          '-m',
          'pip',
          'install',
          '--disable-pip-version-check',
          '--only-binary',
          ':all:',
          'numpy>=1.26',
        ],
        folder,
        cancelled,
      );
      return true;
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      if (!cancelled.isCancellationRequested)
        void vscode.window.showErrorMessage(`numpy could not be installed: ${(error as Error).message}`);
      return false;
    }
  });
}
