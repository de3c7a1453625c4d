// Builds everything and packs the .vsix; refuses one that is too large or holds what it should not.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync } from 'node:fs';

const MOST = 5 * 2 ** 20;
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const file = process.argv[2] ?? `nnef-lsp-${version}.vsix`;
const node = (...args) => execFileSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

copyFileSync('../LICENSE', 'LICENSE');
node('scripts/bundleServer.mjs');
node('scripts/build.mjs');
const vsce = 'node_modules/@vscode/vsce/vsce';
const files = node(vsce, 'ls', '--no-dependencies').trim().split('\n');
const surplus = files.filter((name) =>
  /^(src|test|scripts|node_modules)\/|\.map$|\.pyc$|\.pyi$|\.ts$|(^|\/)(numpy|tests?|conformance|node_modules)\//.test(name),
);
if (surplus.length) throw new Error(`the .vsix would hold ${surplus.slice(0, 5).join(', ')}`);
node(vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--out', file);
const { size } = statSync(file);
console.log(`${file}: ${(size / 2 ** 20).toFixed(2)} MB, ${files.length} files`);
if (size > MOST) throw new Error(`${file} is larger than 5 MB`);
