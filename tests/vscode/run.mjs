// Runs all steps in a real VS Code: node run.mjs CACHE VSIX [words of the steps to run]

import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Host, until } from './editor.mjs';
import { makeWorkspace } from './models.mjs';
import { figures, measure } from './steps.mjs';
import { steps as editing } from './steps/editing.mjs';
import { steps as files } from './steps/files.mjs';
import { steps as inputs } from './steps/inputs.mjs';
import { windows as restricted } from './steps/restricted.mjs';
import { windows as surroundings } from './steps/surroundings.mjs';
import { windows as themes } from './steps/themes.mjs';
import { steps as running } from './steps/running.mjs';
import { steps as trouble } from './steps/trouble.mjs';
import { steps as views } from './steps/views.mjs';

const LONGEST = 120_000;
const [cache, vsix, ...words] = process.argv.slice(2);
const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const artifacts = join(repository, 'artifacts', 'vscode');
const work = mkdtempSync(join(tmpdir(), 'nnef-vscode-'));
const folder = join(work, 'models');
const { text } = makeWorkspace(repository, folder);
const host = new Host(cache, work, vsix);
const usual = { 'nnef.python': join(cache, 'python', 'bin', 'python') };
if (!words.length) rmSync(artifacts, { recursive: true, force: true });
let passed = 0, failed = 0;
const again = [];  // steps that failed once: they get another try in a window of their own, at the end

const startUp = {
  async 'activates quickly'({ editor }) {
    await editor.model('digits/graph.nnef');
    await editor.command('Developer: Show Running Extensions');
    const list = editor.page.locator('.runtime-extensions-editor .monaco-list');
    const row = list.locator('.monaco-list-row', { hasText: 'NNEF' }).first();
    // Only the rows in sight are in the page, and which extensions stand before ours is up to VS Code.
    const said = await until(async () => {
      const time = /(\d+) ?ms/.exec(await row.innerText({ timeout: 1000 }).catch(() => ''))?.[1];
      if (!time) await list.press('PageDown').catch(() => undefined);
      return time;
    }, 'the activation time');
    measure('activation (VS Code\'s own figure)', Number(said), 300);
    await editor.shot('activation');
  },
};

function chosen(title) {
  return !words.length || words.some((word) => title.includes(word));
}

async function attempt(title, editor, act, retried = false) {
  const begin = Date.now();
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`took more than ${LONGEST / 1000} s`)), LONGEST); });
  try {
    await Promise.race([act({ editor, text, host, folder, usual }), late]);
    await editor.closeAll();
    passed++;
    console.log(`  ok    ${title} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
  } catch (error) {
    fails(title, retried, String(error.message ?? error));
    await editor?.shot(`FAILED ${title.slice(0, 50)}`).catch(() => undefined);
    await editor?.recover().catch(() => undefined);
  } finally {
    clearTimeout(timer);
  }
}

// A browser is driven with a person's timing, so a step may fail on a machine that is busy with something else, and what it
// leaves open may take the next step with it. A real defect fails in a fresh window too.
function fails(title, retried, why) {
  if (retried) failed++;
  else again.push(title);
  console.log(`  ${retried ? 'FAIL ' : 'again'} ${title}\n        ${why.split('\n').slice(0, 6).join('\n        ')}`);
}

async function inWindow({ settings, open }, title, act, retried = false) {
  await host.settings({ ...usual, ...(typeof settings === 'function' ? settings(cache) : settings) });
  const { at, kind } = open?.(folder) ?? { at: folder };
  let editor;
  try {
    editor = await host.open(at, artifacts, kind);
  } catch (error) {
    return fails(title, retried, `no window: ${error.message}`);
  }
  try {
    await attempt(title, editor, act, retried);
  } finally {
    await editor.page.close();
  }
}

try {
  await host.install();
  await host.settings(usual);
  await host.start();
  const groups = { ...startUp, ...editing, ...views, ...files, ...running, ...inputs, ...trouble };
  const wanted = Object.entries(groups).filter(([title]) => chosen(title));
  if (wanted.length) {
    const begin = Date.now();
    const editor = await host.open(folder, artifacts);
    console.log(`VS Code shows the folder after ${Date.now() - begin} ms`);
    for (const [title, act] of wanted) await attempt(title, editor, act);
    await editor.page.close();
  }
  const windows = { ...restricted, ...surroundings, ...themes };
  for (const [title, window] of Object.entries(windows).filter(([name]) => chosen(name))) await inWindow(window, title, window.run);
  for (const title of [...again]) await inWindow(windows[title] ?? {}, title, windows[title]?.run ?? groups[title], true);
} catch (error) {
  failed++;
  console.log(`  FAIL  VS Code itself: ${error.stack ?? error}`);
} finally {
  await host.stop();
}

console.log(`\nmeasured (${cpus().length} cores, load ${loadavg()[0].toFixed(1)}):`);
for (const { what, milliseconds, most } of figures) console.log(`  ${String(Math.round(milliseconds)).padStart(6)} ms  ${what} (wanted: under ${most} ms)`);
console.log(`screenshots: ${artifacts}\n`);
if (again.length) console.log(`needed a second try: ${again.join('; ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
