// What the extension adds to VS Code. Activation only registers: the server starts in the background.

import * as vscode from 'vscode';
import { ArchiveFileSystem, unpack } from './archive/fileSystem';
import { ARCHIVES, SCHEME } from './archive/uri';
import { ArchiveEditor, ArchiveView } from './archive/view';
import { DialectStatus } from './dialect/status';
import { exportReport, openRule, SCHEMES, showFlat, VirtualDocuments } from './documents/virtual';
import { GraphPanels } from './graph/panel';
import { Runs } from './run/runs';
import { Session } from './server/session';
import { TensorEditor } from './tensor/editor';
import { documentOf } from './views/text';

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const server = new Session(context);
  session = server;
  const { subscriptions } = context;
  const graphs = new GraphPanels(context, session);
  const runs = new Runs(context, session, graphs);
  const virtual = new VirtualDocuments(session);
  const archives = new ArchiveView();
  const dialects = new DialectStatus(context, session);
  session.onRunLens = (params) => void (params.inputs ? runs.runWith(params) : runs.run(vscode.Uri.parse(params.uri)));
  subscriptions.push(
    session,
    graphs,
    dialects,
    vscode.workspace.registerFileSystemProvider(SCHEME, new ArchiveFileSystem(session), { isReadonly: true, isCaseSensitive: true }),
    vscode.window.registerTreeDataProvider('nnef.archives', archives),
    vscode.window.registerCustomEditorProvider(ArchiveEditor.viewType, new ArchiveEditor(archives)),
    ...SCHEMES.map((scheme) => vscode.workspace.registerTextDocumentContentProvider(scheme, virtual)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.languageId === 'nnef') virtual.changed(document.uri);
    }),
    ...TensorEditor.viewTypes.map((type) =>
      vscode.window.registerCustomEditorProvider(type, new TensorEditor(context, server), {
        webviewOptions: { retainContextWhenHidden: true },
        supportsMultipleEditorsPerDocument: true,
      }),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (['nnef.server', 'nnef.python'].some((name) => event.affectsConfiguration(name))) void session?.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void session?.restart()),
  );
  registerCommands(context, session, graphs, runs, archives, dialects);
  if (vscode.workspace.textDocuments.some(({ languageId }) => languageId.startsWith('nnef'))) void session.start();
  else
    subscriptions.push(
      vscode.workspace.onDidOpenTextDocument(({ languageId }) => {
        if (languageId.startsWith('nnef')) void session?.start();
      }),
    );
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

function registerCommands(
  context: vscode.ExtensionContext,
  server: Session,
  graphs: GraphPanels,
  runs: Runs,
  archives: ArchiveView,
  dialects: DialectStatus,
): void {
  const about = (act: (uri: vscode.Uri) => unknown) => (argument: unknown) => {
    const uri = documentOf(argument);
    return uri ? act(uri) : void vscode.window.showInformationMessage('Open a graph.nnef first.');
  };
  const commands: Record<string, (argument: unknown) => unknown> = {
    'nnef.run': about((uri) => runs.run(uri)),
    'nnef.compare': about((uri) => runs.compare(uri)),
    'nnef.showGraph': about((uri) => graphs.open(uri)),
    'nnef.showFlat': about(showFlat),
    'nnef.exportReport': about((uri) => exportReport(uri, server)),
    'nnef.openRule': openRule,
    'nnef.openArchive': async (uri) => archives.open(uri instanceof vscode.Uri ? uri : await chooseArchive()),
    'nnef.closeArchive': (uri) => (uri instanceof vscode.Uri ? archives.close(uri) : undefined),
    'nnef.unpackArchive': async (uri) =>
      unpack(uri instanceof vscode.Uri ? uri : (vscode.window.activeTextEditor?.document.uri ?? (await chooseArchive()))),
    'nnef.restartServer': () => server.restart(),
    'nnef.showLog': () => server.log.show(true),
    'nnef.choosePython': choosePython,
    'nnef.chooseDialect': about((uri) => dialects.choose(uri)),
  };
  for (const [name, act] of Object.entries(commands)) context.subscriptions.push(vscode.commands.registerCommand(name, act));
}

async function chooseArchive(): Promise<vscode.Uri> {
  const chosen = await vscode.window.showOpenDialog({ title: 'NNEF archive', filters: { 'NNEF archive': ARCHIVES } });
  if (!chosen) throw new vscode.CancellationError();
  return chosen[0];
}

async function choosePython(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: 'Python 3.10 or newer', openLabel: 'Use this Python' });
  if (chosen) await vscode.workspace.getConfiguration('nnef').update('python', chosen[0].fsPath, vscode.ConfigurationTarget.Global);
}
