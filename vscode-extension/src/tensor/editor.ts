// The tensor view: a read-only editor for .dat files and for other people's weights (.npy, .npz, .safetensors, .gguf).
// Data of other kinds that bear the ending .dat open as they did before.

import * as vscode from 'vscode';
import type { TensorList, TensorView } from '../protocol';
import { offerNumpy } from '../server/environment';
import type { Session } from '../server/session';
import { PAGE, page, serveRequests, viewOptions } from '../views/page';

const MAGIC = [0x4e, 0xef];
const SEVERAL = /\.(?:npz|safetensors|gguf)$/i;

export class TensorEditor implements vscode.CustomReadonlyEditorProvider {
  /** Two, so that a person can have one of them off: other extensions open arrays too. */
  static readonly viewTypes = ['nnef.tensor', 'nnef.array'] as const;
  private static asked = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    if (!(await isTensor(uri))) {
      await vscode.commands.executeCommand('vscode.openWith', uri, 'default', panel.viewColumn);
      return panel.dispose();
    }
    const { webview } = panel;
    webview.options = viewOptions(this.context.extensionUri);
    const several = SEVERAL.test(uri.path);
    const source = (tensor?: string) => ({ uri: uri.toString(), ...(tensor === undefined ? {} : { tensor }) });
    serveRequests(webview, (request, params) => {
      const { source: wanted } = params as { source?: { tensor?: string } };
      return this.session.ask(request, { ...(params as object), source: source(wanted?.tensor) });
    });
    const name = uri.path.split('/').slice(-2).join('/').replace(/^!\//, '');
    const send = async (tensor?: string) => {
      const view = await this.session.ask<TensorView>('nnef/tensor', { source: source(tensor) });
      await webview.postMessage(view ? { type: 'tensor', name: tensor ?? name, source: source(tensor), view } : PROBLEM);
    };
    webview.onDidReceiveMessage(async ({ type, tensor }: { type: string; tensor?: string }) => {
      if (type === 'open' && typeof tensor === 'string') return send(tensor);
      if (type !== 'ready') return;
      if (!several) await send();
      else {
        const list = await this.session.ask<TensorList>('nnef/tensors', { uri: uri.toString() });
        await webview.postMessage(list ? { type: 'list', name, list } : PROBLEM);
      }
      void this.offerPackage(() => (webview.html = this.html(webview)));
    });
    webview.html = this.html(webview);
  }

  private html(webview: vscode.Webview): string {
    return page(webview, this.context.extensionUri, 'tensor', 'Tensor', PAGE);
  }

  /** Values need numpy: asked once, not for every tensor that is opened. */
  private async offerPackage(show: () => unknown): Promise<void> {
    const { found } = this.session;
    if (TensorEditor.asked || !vscode.workspace.isTrusted || found?.kind !== 'bundled' || found.interpreter.numpy) return;
    TensorEditor.asked = true;
    if (!(await offerNumpy(this.context, found.interpreter))) return;
    await this.session.restart();
    show();
  }
}

const PROBLEM = { type: 'problem', text: 'The NNEF server does not run, so this tensor cannot be shown.' };

/** Whether a .dat begins as an NNEF tensor does. */
async function isTensor(uri: vscode.Uri): Promise<boolean> {
  if (uri.scheme !== 'file' || !/\.dat$/i.test(uri.path)) return true;
  try {
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
