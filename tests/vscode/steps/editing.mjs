// What every editor does with the server's answers.

import { at, check, measure } from '../steps.mjs';
import { until } from '../editor.mjs';

export const steps = {
  async 'shows the first diagnostics of a model'({ editor }) {
    const begin = Date.now();
    await editor.file('broken/graph.nnef');
    const opened = Date.now();
    await editor.sees('.squiggly-error', 'a red squiggle');
    measure('first diagnostics after opening', Date.now() - begin, 2000 + (opened - begin));
    measure('first diagnostics after the text is there', Date.now() - opened, 2000);
    await editor.command('Problems: Focus on Problems View');
    await editor.sees(editor.page.locator('.markers-panel', { hasText: "'feature'" }).first(), 'the problem in the list');
    await editor.shot('problems');
    await editor.command('View: Hide Panel');
  },

  async 'shows a mistake while typing, and forgets it when it is mended'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.vanishes('.squiggly-error', 'squiggles in a model without mistakes');
    const place = at(text, 'summary = halve(shapes)', 'summary = halve(shapes'.length);
    await editor.cursor(place.line, place.column);
    await editor.type('X');
    await editor.sees('.squiggly-error', 'a squiggle under shapesX');
    await editor.shot('mistake');
    await editor.press('Backspace');
    await editor.vanishes('.squiggly-error', 'the squiggle after mending');
  },

  async 'hovers a tensor with its shape, and a label with its histogram'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    const tensor = at(text, 'coarse = halve(strokes)', 'coarse = halve('.length + 2);
    await editor.cursor(tensor.line, tensor.column);
    await editor.press('Control+K', 'Control+I');
    const hover = editor.page.locator('.monaco-hover:visible').first();
    await until(async () => /24.{1,3}8.{1,3}8/.test(await hover.innerText().catch(() => '')), 'the shape [1, 24, 8, 8] in the hover');
    await editor.shot('hover-tensor');
    await editor.press('Escape');
    const label = at(text, "'conv1/filter'", 3);
    await editor.cursor(label.line, label.column);
    await editor.press('Control+K', 'Control+I');
    await until(async () => /[▁▂▃▄▅▆▇█]{4}/.test(await hover.innerText().catch(() => '')), 'a histogram in the hover of a label');
    await editor.shot('hover-label');
    await editor.press('Escape');
  },

  async 'goes to the definition of a fragment'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    const call = at(text, 'coarse = halve(strokes)', 'coarse = hal'.length);
    await editor.cursor(call.line, call.column);
    await editor.press('F12');
    const { line } = at(text, 'fragment halve', 0);
    await editor.sees(editor.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).first(), `the cursor in line ${line}`);
  },

  async 'renames a tensor everywhere'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    const name = at(text, '    coarse = halve', '    coa'.length);
    await editor.cursor(name.line, name.column);
    await editor.press('F2');
    await editor.sees('.rename-box input:focus', 'the rename box');
    await editor.page.locator('.rename-box input').fill('quarter');
    await editor.shot('rename');
    await editor.press('Enter');
    await until(async () => ((await editor.text()).match(/quarter/g) ?? []).length === 2, 'the new name at both places');
    await editor.press('Control+Z');
    await until(async () => !(await editor.text()).includes('quarter'), 'the old name again');
  },

  async 'completes operations and parameters'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    const end = at(text, 'summary = halve(shapes);', 'summary = halve(shapes);'.length);
    await editor.cursor(end.line, end.column);
    await editor.press('End', 'Enter');
    await editor.type('more = max_po');
    await editor.press('Control+Space');
    const row = editor.page.locator('.suggest-widget .monaco-list-row', { hasText: 'max_pool' }).first();
    await editor.sees(row, 'max_pool among the suggestions');
    await editor.shot('completion');
    await editor.press('Escape');
    await editor.revert();
    await until(async () => !(await editor.text()).includes('more ='), 'the file as it was');
  },

  async 'shows inlay hints and the code lens'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.cursor(at(text, 'centred =', 0).line);
    await editor.sees(editor.page.locator('.codelens-decoration', { hasText: /Run graph/ }).first(), 'the code lens above the graph');
    await until(async () => /\[?1[,×] ?12[,×] ?8[,×] ?8/.test((await editor.text()).replace(/#.*/g, '')), 'an inlay hint with a shape');
    await editor.shot('editor');
  },

  async 'shows as many shapes as the settings want'({ editor, text, host, usual }) {
    await editor.model('digits/graph.nnef');
    await editor.cursor(at(text, 'centred =', 0).line);
    const hints = async () => (await editor.text()).match(/\w+: \[[\d, ]+\] = /g) ?? [];
    await until(async () => (await hints()).length === 5, 'hints where shapes are not obvious');
    await host.settings({ ...usual, 'nnef.inlayHints.shapes': 'all' });
    await until(async () => (await hints()).length >= 12, 'hints for every tensor');
    await editor.shot('hints-all');
    await host.settings({ ...usual, 'nnef.inlayHints.shapes': 'off' });
    await until(async () => (await hints()).length === 0, 'no hints');
    await host.settings(usual);
    await until(async () => (await hints()).length === 5, 'the hints of the default');
  },

  async 'shows what a call takes while it is written'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    const end = at(text, 'summary = halve(shapes);', 'summary = halve(shapes);'.length);
    await editor.cursor(end.line, end.column);
    await editor.press('End', 'Enter');
    await editor.type('more = max_pool(');
    const help = editor.page.locator('.parameter-hints-widget.visible').first();
    await until(async () => /max_pool\([\s\S]*size/.test(await help.innerText().catch(() => '')), 'the parameters of max_pool');
    await editor.shot('signature');
    await editor.type('summary, ');
    await until(async () => /size/.test(await help.locator('.parameter.active').innerText().catch(() => '')), 'the second parameter marked');
    await editor.press('Escape');
    await editor.revert();
  },

  async 'shows the dialect, and reads a document in another one'({ editor }) {
    await editor.model('symbolic/graph.nnef');
    const status = (name) => editor.page.locator('.statusbar-item', { hasText: name }).first();
    await editor.sees(status(/^tract$/), 'tract in the status bar');
    await editor.closeAll();
    await editor.model('digits/graph.nnef');
    await editor.sees(status(/^NNEF 1\.0\.5$/), 'the dialect of the specification in the status bar');
    await status(/^NNEF 1\.0\.5$/).click();
    await editor.sees(editor.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'Automatic' }).first(), 'the choice of dialects');
    await editor.shot('dialect');
    await editor.pick('tract');
    await editor.sees(status(/^tract$/), 'the chosen dialect in the status bar');
    await editor.command('NNEF: Restart Server');
    await editor.sees(status(/^tract$/), 'the chosen dialect after a restart');
    await status(/^tract$/).click();
    await editor.pick('Automatic');
    await editor.sees(status(/^NNEF 1\.0\.5$/), 'the dialect that is told from the text again');
  },

  async 'guides through the first steps'({ editor }) {
    await editor.command('Welcome: Open Walkthrough');
    await editor.pick('Work on an NNEF model');
    const page = editor.page.locator('.gettingStartedContainer').first();
    await until(async () => /Open a model[\s\S]*See shapes and errors[\s\S]*Look at the graph[\s\S]*Run it/.test(await page.innerText()), 'the four steps of the walkthrough');
    await editor.shot('walkthrough');
  },

  async 'marks a mistake while one types in a thousand statements'({ editor }) {
    await editor.model('thousand/graph.nnef');
    await editor.cursor(504, 1);
    await editor.press('End', 'ArrowLeft', 'ArrowLeft');
    const times = [];
    for (let turn = 0; turn < 7; turn++) {
      await editor.page.evaluate(() => {
        window.nnefSeen = undefined;
        window.addEventListener('keydown', () => {
          const began = performance.now();
          const look = () => { if (document.querySelector('.squiggly-error')) window.nnefSeen = performance.now() - began; else requestAnimationFrame(look); };
          look();
        }, { once: true, capture: true });
      });
      await editor.press('Q');
      times.push(await until(() => editor.page.evaluate(() => window.nnefSeen), 'a squiggle after a keystroke'));
      await editor.press('Backspace');
      await editor.vanishes('.squiggly-error', 'the squiggle after taking the letter back');
    }
    measure('keystroke to squiggle, 1,000 statements (median of 7)', times.sort((a, b) => a - b)[3], 150);
    await editor.revert();
  },

  async 'opens the flattened graph and the page of a rule'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Flattened Graph');
    const flat = editor.page.locator('.editor-instance', { hasText: 'edges_features' }).first();
    await editor.sees(flat, 'the statements of the fragment in the flattened graph');
    await editor.shot('flattened');
    await editor.closeAll();
    await editor.file('broken/graph.nnef');
    await editor.sees('.squiggly-error', 'the mistake');
    const mistake = at(text, 'relu(features)', 'relu(fea'.length);
    await editor.cursor(mistake.line, mistake.column);
    await editor.command('NNEF: Open Rule Documentation');
    const page = await editor.view('h1');
    check(/undefined-name/.test(await page.locator('h1').first().innerText()), 'the page of the rule');
  },
};
