// An archive as a read-only folder. The server reads it: it is the one place that knows bad archives.

import * as vscode from 'vscode';
import type { ArchiveListing } from '../protocol';
import type { Session } from '../server/session';
import { Tree } from './listing';
import { SCHEME, split, unpackedName } from './uri';

interface Known {
  tree: Tree;
  changed: number;
}

export class ArchiveFileSystem implements vscode.FileSystemProvider {
  private readonly known = new Map<string, Promise<Known>>();
  private readonly changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changes.event;

  constructor(private readonly session: Session) {}

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { tree, changed } = await this.open(uri);
    const item = tree.find(split(uri.path).inside);
    if (!item) throw vscode.FileSystemError.FileNotFound(uri);
    return {
      type: item.folder ? vscode.FileType.Directory : vscode.FileType.File,
      ctime: changed,
      mtime: changed,
      size: item.size,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const items = (await this.open(uri)).tree.list(split(uri.path).inside);
    if (!items) throw vscode.FileSystemError.FileNotFound(uri);
    return items.map(({ name, folder }) => [name, folder ? vscode.FileType.Directory : vscode.FileType.File]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const answer = await this.session.ask<{ data: string }>('nnef/archive', {
      uri: archiveOf(uri).toString(),
      path: split(uri.path).inside,
    });
    if (!answer) throw vscode.FileSystemError.Unavailable(uri);
    return Buffer.from(answer.data, 'base64');
  }

  createDirectory = refuse;
  writeFile = refuse;
  delete = refuse;
  rename = refuse;

  /** The listing, read again when the archive has changed. */
  private async open(uri: vscode.Uri): Promise<Known> {
    const file = archiveOf(uri);
    const { mtime } = await vscode.workspace.fs.stat(file);
    const known = await this.known.get(file.toString())?.catch(() => undefined);
    if (known?.changed === mtime) return known;
    const reading = this.read(file, mtime);
    this.known.set(file.toString(), reading);
    reading.catch(() => this.known.delete(file.toString()));
    return reading;
  }

  private async read(file: vscode.Uri, changed: number): Promise<Known> {
    const listing = await this.session.ask<ArchiveListing>('nnef/archive', { uri: file.toString() });
    if (!listing) throw vscode.FileSystemError.Unavailable(file);
    for (const problem of listing.problems) this.session.log.warn(problem);
    return { tree: new Tree(listing.entries), changed };
  }
}

/** The archive that a file is in; its authority is that of a network share on Windows. */
const archiveOf = (uri: vscode.Uri): vscode.Uri => uri.with({ scheme: 'file', path: split(uri.path).archive, query: '' });

function refuse(): never {
  throw vscode.FileSystemError.NoPermissions('An archive is read-only here; use "NNEF: Unpack to edit".');
}

/** Copies everything inside an archive into a folder beside it, which is then opened. */
export async function unpack(uri: vscode.Uri): Promise<void> {
  const archive = uri.scheme === SCHEME ? archiveOf(uri) : uri;
  const target = archive.with({ path: unpackedName(archive.path) });
  if (
    await vscode.workspace.fs.stat(target).then(
      () => true,
      () => false,
    )
  ) {
    return void vscode.window.showErrorMessage(`${target.fsPath} is there already.`);
  }
  await vscode.workspace.fs.copy(archive.with({ scheme: SCHEME, path: `${archive.path}/!/` }), target);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(target, 'graph.nnef'), { preview: false });
}
