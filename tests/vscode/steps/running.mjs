// Running a graph: results, cancel, and what stays in the text.

import { at, check, measure } from '../steps.mjs';
import { until } from '../editor.mjs';

export const steps = {
  async 'runs the example on a picture and names the right class'({ editor }) {
    await editor.file('digits/graph.nnef');
    const lens = editor.page.locator('.codelens-decoration a', { hasText: /Run graph/ }).first();
    await editor.sees(lens, 'the code lens');
    await lens.click();
    await editor.pick('7.png');
    const begin = Date.now();
    await editor.pick('Outputs only');
    const view = await editor.view('.top .first');
    measure('run of the digits example, with its process', Date.now() - begin, 4000);
    const first = await view.locator('.top .first .name').first().innerText();
    check(/^(7|seven)$/i.test(first.trim()), `the class of a picture of a seven, not "${first}"`);
    await view.locator('.times tbody tr').first().waitFor();
    await editor.shot('run');
    await view.getByRole('button', { name: 'Values' }).first().click();
    await view.locator('.slices .legend, .slices table').first().waitFor();
  },

  async 'tells in the text what flowed, until the next edit'({ editor, text }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('3.png');
    await editor.pick('Outputs only');
    await editor.view('.top .first');
    await editor.focusText();
    const tensor = at(text, 'coarse = halve(strokes)', 3);
    await editor.cursor(tensor.line, tensor.column);
    await until(async () => /\d (µs|ms)/.test(await editor.text()), 'times in the text');
    await editor.press('Control+K', 'Control+I');
    const hover = editor.page.locator('.monaco-hover:visible').first();
    await until(async () => /Last run/.test(await hover.innerText().catch(() => '')), 'statistics of the run in the hover');
    await editor.shot('after-run');
    await editor.press('Escape', 'Home');
    await editor.type(' ');
    await until(async () => !/\d (µs|ms)/.test(await editor.text()), 'no times after an edit');
    await editor.revert();
  },

  async 'compares with expected values'({ editor }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run and Compare');
    await editor.pick('io.npz');
    const view = await editor.view('h2.good');
    check(/agrees/.test(await view.locator('h2.good').innerText()), 'agreement with io.npz');
    await editor.shot('compare');
  },

  async 'colours the graph by time after a run'({ editor }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('Zeros');
    await editor.pick('Outputs only');
    const results = await editor.view('.top .first');
    await results.getByRole('button', { name: 'Show in graph' }).click();
    const view = await editor.view('#canvas .box .time');
    await view.locator('#colour').selectOption('time');
    await view.locator('.box.heat5').first().waitFor();
    await editor.shot('graph-time');
    await view.locator('#colour').selectOption('macs');
    await view.locator('.box.heat5[data-id="strokes"]').waitFor();
    await view.locator('#colour').selectOption('kind');
    await view.locator('.box.kind-input').waitFor();
  },

  async 'stops a long run when asked'({ editor }) {
    await editor.model('slow/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('Zeros');
    await editor.pick('Outputs only');
    const notice = editor.page.locator('.notification-list-item', { hasText: 'Running slow/graph.nnef' }).first();
    await editor.sees(notice, 'progress of the run');
    await until(async () => /\d+\/\d+/.test(await notice.innerText()), 'how far the run is');
    await editor.shot('run-progress');
    const begin = Date.now();
    await notice.hover();
    await notice.getByText('Cancel', { exact: true }).first().click();
    await editor.vanishes('.notification-list-item .monaco-progress-container.active', 'the progress after Cancel', 5000);
    measure('cancel of a run', Date.now() - begin, 3000);
  },
};
