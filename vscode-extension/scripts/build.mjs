// Bundles the extension and its views into out/. With --watch: again after every change.

import { cp, mkdir } from 'node:fs/promises';
import { build, context } from 'esbuild';

const common = { bundle: true, minify: true, sourcemap: false, logLevel: 'warning', legalComments: 'none', target: 'es2022' };
const extension = {
  ...common,
  entryPoints: ['src/extension.ts'],
  outfile: 'out/extension.js',
  platform: 'node',
  format: 'cjs',
  external: ['vscode'],
};
const views = {
  ...common,
  entryPoints: ['graph', 'run', 'tensor'].map((name) => ({ in: `src/webview/${name}/main.ts`, out: name })),
  outdir: 'out/webview',
  platform: 'browser',
  format: 'iife',
};

await mkdir('out/syntaxes', { recursive: true });
for (const name of ['nnef', 'nnef-quant']) await cp(`../syntaxes/${name}.tmLanguage.json`, `out/syntaxes/${name}.tmLanguage.json`);
if (process.argv.includes('--watch')) for (const options of [extension, views]) await (await context(options)).watch();
else await Promise.all([build(extension), build(views)]);
