// What a run is given, and what of it is kept.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../editor.mjs';
import { at, check } from '../steps.mjs';

export const steps = {
  async 'saves inputs under a name and offers them again'({ editor, folder }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('3.png');
    await editor.shot('run-keep');
    await editor.pick('Save these inputs as…');
    await editor.page.locator('.quick-input-widget:visible', { hasText: 'Name for these inputs' }).waitFor();
    await editor.type('a three');
    await editor.press('Enter');
    await editor.pick('Outputs only');
    await editor.view('.top .first');
    const saved = join(folder, 'digits', '.nnef-lsp', 'inputs.json');
    check(JSON.parse(readFileSync(saved, 'utf8')).sets['a three'].inputs.image === 'samples/3.png', 'the inputs in .nnef-lsp/inputs.json');
    await editor.closeAll();
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.sees(editor.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'image = 3.png' }).first(), 'what was saved among the choices');
    await editor.shot('run-saved');
    await editor.pick('a three');
    await editor.pick('Outputs only');
    const view = await editor.view('.top .first');
    check(/^(3|three)$/i.test((await view.locator('.top .first .name').first().innerText()).trim()), 'the class of the saved picture');
    await view.getByRole('button', { name: 'Save inputs…' }).click();
    await editor.page.locator('.quick-input-widget:visible', { hasText: 'Name for these inputs' }).waitFor();
    await editor.type('from the results');
    await editor.press('Enter');
    await until(() => existsSync(saved) && 'from the results' in JSON.parse(readFileSync(saved, 'utf8')).sets, 'the second set in the file');
  },

  async 'keeps the tensors that are chosen'({ editor }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('Zeros');
    await editor.pick('Choose tensors…');
    for (const name of ['strokes', 'summary']) {
      await editor.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: name }).first().click();
    }
    await editor.page.locator('.quick-input-widget:visible .monaco-button', { hasText: 'OK' }).first().click();
    const view = await editor.view('section[aria-label="summary"]');
    const shown = await view.locator('section.card h2.mono').allInnerTexts();
    check(shown.join() === 'probabilities,strokes,summary', `the output and the two tensors, not ${shown}`);
    await view.locator('section[aria-label="strokes"]').getByRole('button', { name: 'Values' }).click();
    await view.locator('.pictures canvas, .slices .legend').first().waitFor();
    await view.locator('section[aria-label="strokes"]').scrollIntoViewIfNeeded();
    await editor.shot('run-kept');
    await editor.accessibility(view, 'the results of a run');
  },

  async 'checks against io.npz with one click'({ editor, text }) {
    const { line } = at(text, 'graph digits', 0);
    await editor.model('digits/graph.nnef');
    await editor.cursor(line + 3);
    await editor.sees(editor.lens('Check against io.npz'), 'the code lens "Check against io.npz"');
    await editor.shot('lens-check');
    await editor.lens('Check against io.npz').click();
    const good = await editor.view('.comparison h2.good');
    check(/agrees with io\.npz/.test(await good.locator('.comparison h2').innerText()), 'agreement');
    await editor.closeAll();
    await editor.model('spoilt/graph.nnef');
    await editor.cursor(line + 3);
    await editor.lens('Check against io.npz').click();
    const bad = await editor.view('.comparison h2.bad');
    check(/first tensor that diverges from io\.npz is probabilities/.test(await bad.locator('.comparison h2').innerText()), 'the first tensor that diverges');
    await editor.shot('compare-differs');
    await bad.locator('.comparison button', { hasText: 'probabilities' }).click();
    const there = String(at(text, 'probabilities = classifier', 0).line);
    await until(async () => await editor.page.locator('.active-line-number').first().innerText() === there, 'the text of the tensor that diverges');
  },

  async 'asks for extents that only a run tells'({ editor }) {
    await editor.model('symbolic/graph.nnef');
    await editor.sees(editor.lens(/MAC at S = 1/), 'the work for S = 1');
    await editor.command('NNEF: Run Graph');
    await editor.pick('Random');
    await editor.pick('Outputs only');
    await editor.page.locator('.quick-input-widget:visible', { hasText: 'Value of the symbol S' }).waitFor();
    await editor.shot('run-symbol');
    await editor.page.locator('.quick-input-widget:visible input[type="text"]').first().fill('3');
    await editor.press('Enter');
    const view = await editor.view('section[aria-label="scores"]');
    check(/1×3×2/.test(await view.locator('section[aria-label="scores"] .head').innerText()), 'the shape for S = 3');
    check(/S = 3/.test(await view.locator('.chips').innerText()), 'S = 3 among what was given');
  },

  async 'gives classes the names of a chosen file'({ editor, folder }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('7.png');
    await editor.pick('Outputs only');
    const view = await editor.view('.top .first');
    await view.getByRole('button', { name: 'names of the classes…' }).click();
    await editor.path(join(folder, 'names.txt'));
    await view.locator('.top .first .name', { hasText: 'seven!' }).waitFor();
  },
};
