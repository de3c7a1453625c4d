// What is in an archive, as a tree: folders that only occur in the paths of their files exist too.

import type { ArchiveEntry } from '../protocol';

export interface Item {
  name: string;
  folder: boolean;
  size: number;
}

export class Tree {
  private readonly folders = new Map<string, Map<string, Item>>([['', new Map()]]);

  constructor(entries: readonly ArchiveEntry[]) {
    for (const { path, size, folder } of entries) this.add(path, { name: '', folder, size });
  }

  list(folder: string): Item[] | undefined {
    const items = this.folders.get(folder);
    return items && [...items.values()];
  }

  find(path: string): Item | undefined {
    if (path === '') return { name: '', folder: true, size: 0 };
    const [parent, name] = cut(path);
    return this.folders.get(parent)?.get(name);
  }

  private add(path: string, item: Item): void {
    const [parent, name] = cut(path);
    if (!this.folders.has(parent)) this.add(parent, { name: '', folder: true, size: 0 });
    if (item.folder && !this.folders.has(path)) this.folders.set(path, new Map());
    this.folders.get(parent)!.set(name, { ...item, name });
  }
}

function cut(path: string): [string, string] {
  const at = path.lastIndexOf('/');
  return at < 0 ? ['', path] : [path.slice(0, at), path.slice(at + 1)];
}
