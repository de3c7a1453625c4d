// Open archives as folders in the explorer.
//
// Tried and dropped: adding the archive to the workspace's folders. A window of one folder becomes one of several then,
// which restarts every extension.

import * as vscode from 'vscode';
import { SCHEME } from './uri';

export class ArchiveView implements vscode.TreeDataProvider<vscode.Uri> {
  private readonly roots: vscode.Uri[] = [];
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;

  getTreeItem(uri: vscode.Uri): vscode.TreeItem {
    const root = this.roots.includes(uri);
    const folder = root || uri.query === 'folder';
    const resource = uri.with({ query: '' });
    const item = new vscode.TreeItem(resource, folder ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
    item.id = resource.toString();
    if (root) {
      const path = uri.path.slice(0, -'/!/'.length);
      [item.label, item.tooltip, item.contextValue] = [path.slice(path.lastIndexOf('/') + 1), path, 'archive'];
      item.iconPath = new vscode.ThemeIcon('archive');
      item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    }
    if (!folder) item.command = { command: 'vscode.open', title: 'Open', arguments: [resource] };
    return item;
  }

  async getChildren(uri?: vscode.Uri): Promise<vscode.Uri[]> {
    if (!uri) return this.roots;
    const items = await vscode.workspace.fs.readDirectory(uri.with({ query: '' }));
    const folders = items.filter(([, type]) => type === vscode.FileType.Directory);
    const files = items.filter(([, type]) => type !== vscode.FileType.Directory);
    const byName = (a: [string, vscode.FileType], b: [string, vscode.FileType]) => a[0].localeCompare(b[0]);
    return [...folders.sort(byName), ...files.sort(byName)].map(([name, type]) =>
      vscode.Uri.joinPath(uri, name).with({ query: type === vscode.FileType.Directory ? 'folder' : '' }),
    );
  }

  async open(archive: vscode.Uri): Promise<void> {
    const root = archive.with({ scheme: SCHEME, path: `${archive.path}/!/`, query: '' });
    if (!this.roots.some((known) => known.path === root.path)) this.roots.push(root);
    await this.show();
    await vscode.commands.executeCommand('nnef.archives.focus');
    const graph = vscode.Uri.joinPath(root, 'graph.nnef');
    if (
      await vscode.workspace.fs.stat(graph).then(
        () => true,
        () => false,
      )
    )
      await vscode.window.showTextDocument(graph);
    else void vscode.window.showWarningMessage(`${archive.path.slice(archive.path.lastIndexOf('/') + 1)} holds no graph.nnef.`);
  }

  async close(root: vscode.Uri): Promise<void> {
    this.roots.splice(
      this.roots.findIndex((known) => known.path === root.path),
      1,
    );
    await this.show();
  }

  private async show(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'nnef.archives', this.roots.length > 0);
    this.changes.fire();
  }
}

/** Opening `model.nnef.tgz` in the explorer opens the archive instead of an editor for it. */
export class ArchiveEditor implements vscode.CustomReadonlyEditorProvider {
  static readonly viewType = 'nnef.archive';

  constructor(private readonly view: ArchiveView) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    await this.view.open(uri);
    panel.dispose();
  }
}
