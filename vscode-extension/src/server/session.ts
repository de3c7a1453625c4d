// The running server: started, stopped, started again; requests of docs/protocol.md.

import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State } from 'vscode-languageclient/node';
import { findServer, explanation, type Found, type Settings } from './discovery';
import { ownPython } from './environment';
import { probe } from './python';

export const ARCHIVE = 'nnef-archive';
export const LANGUAGES = ['nnef', 'nnef-quant'];

export class Session implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('NNEF', { log: true });
  private client?: LanguageClient;
  private starting?: Promise<LanguageClient | undefined>;
  private readonly restarted = new vscode.EventEmitter<void>();
  readonly onStart = this.restarted.event;
  found?: Found;
  /** The code lens of the server says `nnef.runGraph`: a person pressing it wants to choose inputs first. */
  onRunLens: (uri: string) => void = () => undefined;

  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Starts the server if it is not running; several callers wait for the same start. */
  start(): Promise<LanguageClient | undefined> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.log.error(`the server did not start: ${String(error)}`);
      void this.offer(`The NNEF server did not start: ${error instanceof Error ? error.message : String(error)}`, 'Show log', 'nnef.showLog');
      return undefined;
    });
    return this.starting;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = this.starting = undefined;
    if (client && client.state !== State.Stopped) await client.stop(3000).catch(() => undefined);
    await client?.dispose().catch(() => undefined);
  }

  dispose(): void {
    void this.stop();
    this.log.dispose();
    this.restarted.dispose();
  }

  /** A request; what goes wrong is told to the user, and answers `undefined`. */
  async ask<T>(method: string, params: unknown, token?: vscode.CancellationToken, quiet = false): Promise<T | undefined> {
    const client = await this.start();
    if (!client) return undefined;
    try {
      return await (token ? client.sendRequest<T>(method, params, token) : client.sendRequest<T>(method, params));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.log.warn(`${method}: ${text}`);
      if (!quiet && !token?.isCancellationRequested) void vscode.window.showErrorMessage(`NNEF: ${text}`);
      return undefined;
    }
  }

  private async launch(): Promise<LanguageClient | undefined> {
    const settings = settingsNow();
    this.found = await findServer(settings, {
      selected: vscode.workspace.isTrusted ? await selectedPython() : undefined,
      own: await ownPython(this.context),
      windows: process.platform === 'win32',
      bundled: vscode.Uri.joinPath(this.context.extensionUri, 'bundled').fsPath,
    }, (command) => probe(command, this.context.extensionPath));
    if (this.found.kind === 'none') {
      this.log.warn(explanation(this.found, settings));
      void this.offer(explanation(this.found, settings), 'Choose interpreter…', 'nnef.choosePython');
      return undefined;
    }
    const client = new LanguageClient('nnef', 'NNEF', this.serverOptions(this.found), this.clientOptions());
    this.client = client;
    await client.start();
    this.log.info(`the server runs: ${this.found.kind === 'server' ? this.found.command.join(' ') : this.found.interpreter.command.join(' ')}`);
    this.restarted.fire();
    return client;
  }

  private serverOptions(found: Exclude<Found, { kind: 'none' }>): ServerOptions {
    const more = vscode.workspace.getConfiguration('nnef').get<string[]>('server.arguments', []);
    // Not the workspace: Python would take modules from its current folder.
    const options = { cwd: this.context.extensionPath, env: { ...process.env, PYTHONSAFEPATH: '1' } as Record<string, string> };
    if (found.kind === 'server') return { command: found.command[0], args: [...found.command.slice(1), 'serve', ...more], options };
    options.env.PYTHONPATH = found.folder;
    delete options.env.PYTHONHOME;
    const [command, ...rest] = found.interpreter.command;
    return { command, args: [...rest, '-m', 'nnef_lsp', 'serve', ...more], options };
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: ['file', 'untitled', ARCHIVE].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
      outputChannel: this.log,
      // A server that dies comes back by itself, four times in three minutes.
      connectionOptions: { maxRestartCount: 4 },
      // Trust that is granted later restarts the server, as another interpreter may be found then.
      initializationOptions: { ...vscode.workspace.getConfiguration('nnef'), trusted: vscode.workspace.isTrusted },
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{nnef,quant,dat,json}'), configurationSection: 'nnef' },
      markdown: { isTrusted: false, supportHtml: false },
      middleware: {
        provideCodeLenses: (document, token, next) => (vscode.workspace.getConfiguration('nnef').get('codeLens.enabled', true) ? next(document, token) : []),
        executeCommand: (command, args, next) => {
          if (command !== 'nnef.runGraph') return next(command, args);
          const uri = typeof args[0] === 'string' ? args[0] : (args[0] as { uri?: string } | undefined)?.uri;
          return void this.onRunLens(uri ?? vscode.window.activeTextEditor?.document.uri.toString() ?? '');
        },
      },
    };
  }

  private async offer(message: string, button: string, command: string): Promise<void> {
    if (await vscode.window.showErrorMessage(message, button) === button) await vscode.commands.executeCommand(command);
  }
}

export function settingsNow(): Settings {
  const nnef = vscode.workspace.getConfiguration('nnef');
  return { serverPath: nnef.get('server.path', '').trim(), python: nnef.get('python', '').trim() };
}

/** What the Python extension has selected, if it is installed; it is asked only when it is already active or a moment away. */
async function selectedPython(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<{ environments?: { getActiveEnvironmentPath?(): { path: string } } }>('ms-python.python');
  if (!extension) return undefined;
  const late = new Promise<undefined>((resolve) => { setTimeout(() => resolve(undefined), 3000); });
  const api = await Promise.race([Promise.resolve(extension.activate()).catch(() => undefined), late]);
  const path = api?.environments?.getActiveEnvironmentPath?.().path;
  return path && /[/\\]/.test(path) ? path : undefined;
}
