// Puts the server and its pure Python dependencies into bundled/. numpy stays out: it is compiled, large, and needed
// only for running and for statistics, so it comes from the user's interpreter.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const python = process.env.PYTHON ?? 'python3';
const target = 'bundled';
// Every version that is supported must find what it needs: exceptiongroup and tomli are for 3.10.
const wanted = [
  'pygls>=2.0',
  'lsprotocol>=2025.0.0',
  'lark>=1.2',
  'attrs',
  'cattrs',
  'typing_extensions',
  'exceptiongroup',
  'threadpoolctl>=3.5',
  'tomli>=2.0',
];
// The dependencies change rarely: installing them again takes longer than everything else here.
const stamp = join(target, '.dependencies');
const made = [...wanted, readFileSync(import.meta.filename, 'utf8')].join('\n'); // also by this very script
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== made) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  execFileSync(
    python,
    [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-compile',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--platform',
      'any',
      '--python-version',
      '3.10',
      '--implementation',
      'py',
      '--abi',
      'none',
      '--target',
      target,
      ...wanted,
    ],
    { stdio: 'inherit' },
  );
  for (const name of readdirSync(target)) {
    if (/^(bin|__pycache__|.*\.pyc)$/.test(name)) rmSync(join(target, name), { recursive: true });
    // Of the metadata the licences stay, and METADATA, which importlib.metadata asks for.
    if (name.endsWith('.dist-info'))
      for (const file of ['RECORD', 'INSTALLER', 'REQUESTED', 'WHEEL']) rmSync(join(target, name, file), { force: true });
  }
  // Typing stubs, and parts for other programs than a language server.
  for (const name of readdirSync(target, { recursive: true })) if (/\.pyi$|py\.typed$/.test(name)) rmSync(join(target, name));
  for (const unused of ['lark/__pyinstaller', 'lark/grammars', 'lark/tools', 'cattr', 'cattrs/preconf'])
    rmSync(join(target, unused), { recursive: true, force: true });
  writeFileSync(stamp, made);
}
rmSync(join(target, 'nnef_lsp'), { recursive: true, force: true });
// Not the conformance suite: it is for those who write engines.
const surplus = /__pycache__|\.pyc$|[/\\]\.[^/\\]*$|nnef_lsp[/\\]conformance$/;
cpSync('../nnef_lsp', join(target, 'nnef_lsp'), { recursive: true, filter: (path) => !surplus.test(path.slice(3)) });
