// The graph view, the tensor view and archives.

import { at, check, measure } from '../steps.mjs';
import { until } from '../editor.mjs';

export const steps = {
  async 'draws the graph beside the text and follows clicks in both directions'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box');
    await editor.shot('graph');
    check(await view.locator('.box').count() >= 6, 'a box for each operation');
    await view.locator('.box[data-id="strokes"]').click();
    const { line } = at(text, 'strokes = conv_block', 0);
    await until(async () => await editor.page.locator('.active-line-number').first().innerText() === String(line), `the cursor at strokes, line ${line}`);
    const target = at(text, 'summary = halve', 2);
    await editor.focusText();
    await editor.cursor(target.line, target.column);
    await view.locator('.box.selected[data-id="summary"]').waitFor();
  },

  async 'opens a fragment in the graph, and keeps the place while the text changes'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box');
    await view.locator('[data-toggle="strokes"]').click();
    await view.locator('[data-id="strokes/features"]').waitFor();
    await editor.shot('graph-open');
    const place = at(text, 'summary = halve(shapes)', 0);
    await editor.focusText();
    await editor.cursor(place.line, place.column);
    await view.locator('.box.selected[data-id="summary"]').waitFor();
    const box = () => view.locator('[data-id="strokes"] > .body').first().boundingBox({ timeout: 2000 }).catch(() => null);
    const before = await until(box, 'the open group');
    await editor.press('Home');
    await editor.type('extra = relu(shapes); ');
    await view.locator('[data-id="extra"]').waitFor();
    const after = await until(box, 'the open group after an edit');
    check(Math.abs(before.y - after.y) < 60 && await view.locator('[data-id="strokes/features"]').count() === 1, 'the open group at its place after an edit');
    await editor.revert();
  },

  async 'tells the parameters and the work of an operation'({ editor }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box');
    await until(async () => /285 kMAC/.test(await view.locator('#status').innerText()), 'the work of the graph');
    await view.locator('.box[data-id="strokes"]').click();
    const details = view.locator('#details');
    await until(async () => /parameters\s+2\.62 k[\s\S]*work\s+166 kMAC/.test(await details.innerText()), 'parameters and work of strokes');
    await editor.shot('graph-details');
    await view.locator('#colour').selectOption('parameters');
    await view.locator('.box.heat5[data-id="shapes"]').waitFor();
    await view.getByRole('button', { name: 'close the details' }).click();
    await details.waitFor({ state: 'hidden' });
  },

  async 'is used without a mouse'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box');
    await editor.accessibility(view, 'the graph view');
    await view.locator('#search').focus();
    for (let turn = 0; turn < 12 && !await view.evaluate(() => document.activeElement?.getAttribute('role') === 'treeitem'); turn++) await editor.press('Tab');
    await editor.press('ArrowDown', 'ArrowDown');
    await view.locator('.box.selected[data-id="edges"]:focus').waitFor();
    await editor.press('Space');
    await view.locator('[data-id="edges"][aria-expanded="true"]').waitFor();
    await editor.press('Space');
    await view.locator('[data-id="edges"][aria-expanded="false"]').waitFor();
    await editor.press('Enter');
    const { line } = at(text, 'edges = conv_block', 0);
    await until(async () => await editor.page.locator('.active-line-number').first().innerText() === String(line), 'the cursor at edges');
    await view.locator('#details:visible').waitFor();
    await editor.press('Escape');
    await view.locator('#details').waitFor({ state: 'hidden' });
  },

  async 'draws ten thousand statements in a moment'({ editor }) {
    await editor.model('ten-thousand/graph.nnef');
    const begin = Date.now();
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box[data-id="stem"]');
    measure('graph view of 10,000 statements', Date.now() - begin, 3000);
    const repeated = view.locator('.box.group').first();
    check(/×/.test(await repeated.textContent()), 'the repeated block as one box');
    await editor.shot('graph-ten-thousand');
    const opening = Date.now();
    await repeated.dblclick();
    await view.locator('.box.open').first().waitFor();
    measure('opening the repeated block', Date.now() - opening, 1000);
    await view.locator('#search').fill('conv_b1200');
    await view.locator('.box.selected[data-id="conv_b1200"]').waitFor();
    await editor.shot('graph-search');
  },

  async 'draws the layers of a transformer as one box of the graph, and opens them'({ editor }) {
    await editor.model('transformer/graph.nnef');
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box');
    const titles = await view.locator('#root > g > .box').evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label')));
    check(titles.length === 5 && titles.some((title) => title.startsWith('layers 0–23 (×24)')), `five boxes, one of them the layers: ${titles}`);
    await editor.shot('graph-transformer');
    const layers = view.locator('.box.group', { hasText: 'layers 0–23 (×24)' }).first();
    await layers.dblclick();
    await view.locator('.box.open').first().waitFor();
    const layer = view.locator('.box.group:not(.open)', { hasText: /^layer 0/ }).first();
    await layer.locator('[data-toggle]').click();
    await view.locator('.box.group', { hasText: 'self_attn' }).first().waitFor();
    await editor.shot('graph-transformer-layers');
  },

  async 'looks into the weights'({ editor }) {
    await editor.file('conv1/filter.dat');
    const view = await editor.view('.pictures canvas');
    check(await view.locator('.pictures canvas').count() === 12, 'twelve filters as pictures');
    check(/12×1×3×3/.test(await view.locator('.chips').innerText()), 'the shape of the tensor');
    await editor.shot('tensor');
    await view.getByRole('button', { name: 'Heat map' }).click();
    await view.locator('.legend').waitFor();
    await view.getByRole('button', { name: 'Table' }).click();
    await until(async () => (await view.locator('.slices td').count()) === 9, 'a table of 3 by 3 values');
  },

  async 'opens the weights of a label'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    const label = at(text, "'conv2/filter'", 3);
    await editor.cursor(label.line, label.column);
    await editor.command('Open Link');
    await editor.sees(editor.page.locator('.tab.active', { hasText: 'filter.dat' }).first(), 'the file of the label');
    const view = await editor.view('.pictures canvas');
    check(/24×12×3×3/.test(await view.locator('.chips').innerText()), 'the weights of the second convolution');
  },

  async 'opens an archive as a folder'({ editor }) {
    await editor.archive('packed.nnef.tgz');
    await editor.sees(editor.page.locator('.tab.active', { hasText: 'graph.nnef' }).first(), 'the graph of the archive');
    await editor.sees(editor.page.locator('.pane', { hasText: 'NNEF Archives' }).locator('.monaco-list-row', { hasText: 'conv1' }).first(), 'the folders of the archive');
    await editor.sees('.codelens-decoration:visible', 'the code lens in the archive');
    await editor.vanishes('.squiggly-error', 'mistakes in the archive: its weights are found');
    await editor.shot('archive');
    await editor.page.locator('.monaco-list-row', { hasText: 'conv1' }).last().click();
    await editor.page.locator('.monaco-list-row', { hasText: 'filter.dat' }).last().click();
    await editor.view('.pictures canvas');
  },
};
