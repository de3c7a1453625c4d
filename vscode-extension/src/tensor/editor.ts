// The tensor view: a read-only editor for .dat files. Data of other kinds that bear this ending open as they did before.

import * as vscode from 'vscode';
import type { TensorView } from '../protocol';
import type { Session } from '../server/session';
import { PAGE, page, serveRequests, viewOptions } from '../views/page';

const MAGIC = [0x4e, 0xef];

export class TensorEditor implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'nnef.tensor';

  constructor(private readonly context: vscode.ExtensionContext, private readonly session: Session) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    if (!await isTensor(uri)) {
      await vscode.commands.executeCommand('vscode.openWith', uri, 'default', panel.viewColumn);
      return panel.dispose();
    }
    const { webview } = panel;
    webview.options = viewOptions(this.context.extensionUri);
    const source = { uri: uri.toString() };
    serveRequests(webview, (request, params) => this.session.ask(request, { ...(params as object), source }));
    webview.onDidReceiveMessage(async ({ type }: { type: string }) => {
      if (type !== 'ready') return;
      const view = await this.session.ask<TensorView>('nnef/tensor', { source });
      const name = uri.path.split('/').slice(-2).join('/').replace(/^!\//, '');
      await webview.postMessage(view ? { type: 'tensor', name, source, view } : { type: 'problem', text: 'The NNEF server does not run, so this tensor cannot be shown.' });
    });
    webview.html = page(webview, this.context.extensionUri, 'tensor', 'Tensor', PAGE);
  }
}

/** Whether the first bytes are those of an NNEF tensor. Large files are not read whole where that can be avoided. */
async function isTensor(uri: vscode.Uri): Promise<boolean> {
  try {
    if (uri.scheme !== 'file') return true;   // inside an archive of ours
    const { open } = await import('node:fs/promises');
    const file = await open(uri.fsPath);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && MAGIC.every((byte, at) => buffer[at] === byte);
    } finally {
      await file.close();
    }
  } catch {
    return true;
  }
}
