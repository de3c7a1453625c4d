// The running server: started, stopped, started again; requests of docs/protocol.md.

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
} from 'vscode-languageclient/node';
import type { RunParams } from '../protocol';
import { Crashes } from './crashes';
import { explanation, type Found, findServer, type Settings } from './discovery';
import { ownPython } from './environment';
import { bundledCommand, bundledEnvironment } from './launch';
import { probe } from './python';
import { namedProgram, type PythonApi, pythonSelected, type Surroundings } from './selected';

export const ARCHIVE = 'nnef-archive';
export const LANGUAGES = ['nnef', 'nnef-quant'];
const LOST = /connection got disposed|connection is (?:closed|disposed)|client is not running|couldn't be sent|stream was destroyed|EPIPE/i;

export class Session implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel('NNEF', { log: true });
  private client?: LanguageClient;
  private starting?: Promise<LanguageClient | undefined>;
  private readonly restarted = new vscode.EventEmitter<void>();
  readonly onStart = this.restarted.event;
  found?: Found;
  /** The code lens of the server says `nnef.runGraph`: a person pressing it wants to choose inputs, where it names none. */
  onRunLens: (params: RunParams) => void = () => undefined;

  get running(): boolean {
    return this.client?.state === State.Running;
  }

  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Starts the server if it is not running; several callers wait for the same start. */
  start(): Promise<LanguageClient | undefined> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.log.error(`the server did not start: ${String(error)}`);
      void this.offer(
        `The NNEF server did not start: ${error instanceof Error ? error.message : String(error)}`,
        'Show log',
        'nnef.showLog',
      );
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
      if (quiet || token?.isCancellationRequested) return undefined;
      // The library's own words for this are about connections and streams.
      if (client.state !== State.Running || LOST.test(text))
        void this.offer('The NNEF server stopped before it answered.', 'Restart server', 'nnef.restartServer');
      else void vscode.window.showErrorMessage(`NNEF: ${text}`);
      return undefined;
    }
  }

  private async launch(): Promise<LanguageClient | undefined> {
    const settings = settingsNow();
    this.found = await findServer(
      settings,
      {
        selected: vscode.workspace.isTrusted ? await selectedPython() : undefined,
        own: await ownPython(this.context),
        windows: process.platform === 'win32',
        bundled: vscode.Uri.joinPath(this.context.extensionUri, 'bundled').fsPath,
      },
      (command) => probe(command, this.context.extensionPath),
    );
    if (this.found.kind === 'none') {
      this.log.warn(explanation(this.found, settings));
      void this.offer(explanation(this.found, settings), 'Choose interpreter…', 'nnef.choosePython');
      return undefined;
    }
    const client = new LanguageClient('nnef', 'NNEF', this.serverOptions(this.found), this.clientOptions());
    this.client = client;
    // Fired for the first start too, and when a server that died is there again.
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running && this.client === client) this.restarted.fire();
    });
    await client.start();
    this.log.info(
      `the server runs: ${this.found.kind === 'server' ? this.found.command.join(' ') : this.found.interpreter.command.join(' ')}`,
    );
    return client;
  }

  private serverOptions(found: Exclude<Found, { kind: 'none' }>): ServerOptions {
    const more = vscode.workspace.getConfiguration('nnef').get<string[]>('server.arguments', []);
    // Not the workspace: Python would take modules from its current folder.
    const options = { cwd: this.context.extensionPath, env: { ...process.env, PYTHONSAFEPATH: '1' } as Record<string, string> };
    if (found.kind === 'server') return { command: found.command[0], args: [...found.command.slice(1), 'serve', ...more], options };
    const [command, ...args] = bundledCommand(found.interpreter, more);
    return { command, args, options: { ...options, env: bundledEnvironment(process.env, found.folder) } };
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: ['file', 'untitled', ARCHIVE].flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
      outputChannel: this.log,
      errorHandler: this.errorHandler(),
      // No popup for a hover that a dying server did not answer; what a person asked for is told by `ask`.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // Trust that is granted later restarts the server, as another interpreter may be found then.
      initializationOptions: { ...vscode.workspace.getConfiguration('nnef'), trusted: vscode.workspace.isTrusted },
      // Files are watched by the server's own request.
      synchronize: { configurationSection: 'nnef' },
      markdown: { isTrusted: false, supportHtml: false },
      middleware: {
        provideCodeLenses: (document, token, next) =>
          vscode.workspace.getConfiguration('nnef').get('codeLens.enabled', true) ? next(document, token) : [],
        executeCommand: (command, args, next) => {
          if (command === 'nnef.showReferences') return showReferences(args[0] as Place);
          if (command !== 'nnef.runGraph') return next(command, args);
          const params = typeof args[0] === 'string' ? { uri: args[0] } : (args[0] as RunParams | undefined);
          return void this.onRunLens(params?.uri ? params : { uri: vscode.window.activeTextEditor?.document.uri.toString() ?? '' });
        },
      },
    };
  }

  /** A server that dies comes back by itself, unless it dies too often. */
  private errorHandler(): ErrorHandler {
    const crashes = new Crashes();
    return {
      // The library would give up after some messages to a server that is dead already: what ends it is its own end.
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: (): CloseHandlerResult => {
        if (crashes.another(Date.now())) return { action: CloseAction.Restart, handled: true };
        void this.offer(
          'The NNEF server stopped five times within three minutes and is not started again. Its log may tell why.',
          'Show log',
          'nnef.showLog',
        );
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private async offer(message: string, button: string, command: string): Promise<void> {
    if ((await vscode.window.showErrorMessage(message, button)) === button) await vscode.commands.executeCommand(command);
  }
}

export function settingsNow(): Settings {
  const nnef = vscode.workspace.getConfiguration('nnef');
  return { serverPath: namedProgram(nnef.get('server.path', ''), around()), python: namedProgram(nnef.get('python', ''), around()) };
}

function around(): Surroundings {
  return { folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath, home: homedir(), environment: process.env };
}

/** What the Python extension has selected, if it is installed, or its setting names; it is asked only when it is a moment away. */
async function selectedPython(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  const late = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), 3000);
  });
  const api = extension && (await Promise.race([Promise.resolve(extension.activate()).catch(() => undefined), late]));
  const setting = vscode.workspace.getConfiguration('python').get('defaultInterpreterPath', '');
  return pythonSelected(api, setting, around());
}

interface Place {
  uri: string;
  position: { line: number; character: number };
}

/** "3 uses" above a fragment: the list that VS Code has for it, at the name. */
async function showReferences({ uri, position }: Place): Promise<void> {
  const at = [vscode.Uri.parse(uri), new vscode.Position(position.line, position.character)] as const;
  const found = (await vscode.commands.executeCommand<vscode.Location[]>('vscode.executeReferenceProvider', ...at)) ?? [];
  const uses = found.filter(({ uri: other, range }) => other.toString() !== at[0].toString() || !range.contains(at[1]));
  await vscode.commands.executeCommand('editor.action.showReferences', ...at, uses);
}
