// Files that are looked into, and files that are written.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../editor.mjs';
import { at, check } from '../steps.mjs';

export const steps = {
  async 'shows arrays of numpy'({ editor }) {
    await editor.file('arrays/ramp.npy');
    const view = await editor.view('.slices .legend');
    check(/6×8/.test(await view.locator('.chips').innerText()), 'the shape of the array');
    await editor.shot('array-npy');
    await editor.closeAll();
    await editor.file('digits/io.npz');
    const list = await editor.view('table.list');
    check((await list.locator('table.list tbody tr').count()) === 2, 'the two arrays of io.npz');
    await list.getByRole('button', { name: 'image', exact: true }).click();
    await list.locator('.chips', { hasText: '1×1×8×8' }).waitFor();
    await list.getByRole('button', { name: /all tensors/ }).click();
    await list.locator('table.list').waitFor();
  },

  async 'shows weights of other tools, or says what they need'({ editor }) {
    await editor.file('arrays/encoder.safetensors');
    const view = await editor.view('table.list');
    await view.locator('input[type="search"]').fill('weight');
    check((await view.locator('table.list tbody tr').count()) === 1, 'one tensor found');
    await editor.shot('array-list');
    await editor.accessibility(view, 'the list of tensors');
    await view.getByRole('button', { name: 'encoder.weight' }).click();
    await view.locator('.histogram').waitFor();
    await editor.accessibility(view, 'the tensor view');
    await editor.closeAll();
    await editor.file('arrays/model.gguf');
    const needs = await editor.view('.message');
    check(/pip install gguf/.test(await needs.locator('.message').innerText()), 'which package is missing');
    await editor.shot('array-gguf');
  },

  async 'writes the graph as SVG'({ editor, folder }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Graph');
    const view = await editor.view('#canvas .box');
    await view.locator('#export').click();
    const target = join(folder, 'digits', 'graph.svg');
    await editor.path();
    const svg = await until(() => existsSync(target) && readFileSync(target, 'utf8'), 'the file');
    check(svg.startsWith('<svg') && /conv_block/.test(svg) && !/class="box/.test(svg.replace(/<g [^>]*>/g, '')), 'a drawing that stands for itself');
    const drawing = await editor.page.context().browser().newPage();
    await drawing.setContent(svg);
    await drawing.locator('svg').first().screenshot({ path: editor.artifacts && join(editor.artifacts, 'exported.png') });
    check(await drawing.locator('text', { hasText: 'classifier' }).count() >= 1, 'the operations in the file');
    await drawing.close();
  },

  async 'writes a report'({ editor, folder }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Export Report');
    const target = join(folder, 'digits', 'report.md');
    await editor.path();
    const text = await until(() => existsSync(target) && readFileSync(target, 'utf8'), 'the file');
    check(/^# `digits`/.test(text) && /conv1\/filter/.test(text), 'the name and the weights in the report');
    const view = await editor.view('h1');
    check(/digits/.test(await view.locator('h1').first().innerText()), 'the report beside the text');
    await editor.shot('report');
  },

  async 'unpacks an archive to edit it'({ editor, folder, text }) {
    await editor.archive('packed.nnef.tgz');
    await editor.sees(editor.page.locator('.tab.active', { hasText: 'graph.nnef' }).first(), 'the graph of the archive');
    await editor.sees('.codelens-decoration:visible', 'the code lens in the archive');
    await editor.command('NNEF: Unpack to Edit');
    const unpacked = join(folder, 'packed');
    await until(() => ['conv1/filter.dat', 'graph.nnef'].every((name) => existsSync(join(unpacked, name))) && readFileSync(join(unpacked, 'graph.nnef'), 'utf8') === text, 'the same files in a folder');
    await until(async () => await editor.page.locator('.tab').count() === 2, 'the unpacked graph in a tab of its own');
    const place = at(text, 'summary = halve(shapes)', 'summary = halve(shapes'.length);
    await editor.cursor(place.line, place.column);
    await editor.type('X');
    await editor.sees('.squiggly-error', 'a mistake in what can be edited now');
    await editor.revert();
  },
};
