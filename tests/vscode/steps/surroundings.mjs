// Windows on other things than one folder, and models that come and go.

import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../editor.mjs';
import { at, check } from '../steps.mjs';

export const windows = {
  'works in a workspace of several folders, with two models at once': {
    open(folder) {
      const file = join(folder, '..', 'both.code-workspace');
      writeFileSync(file, JSON.stringify({ folders: [{ path: join(folder, 'digits') }, { path: join(folder, 'spoilt') }] }));
      return { at: file, kind: 'workspace' };
    },
    async run({ editor, text }) {
      for (const name of ['digits', 'spoilt']) {
        await editor.model(`${name}/graph.nnef`);
        await editor.cursor(at(text, 'centred =', 0).line);
        await editor.command('NNEF: Show Graph');
        await editor.view('#canvas .box');
        await editor.focusText();
      }
      await until(async () => await editor.page.locator('.tab', { hasText: /Graph (digits|spoilt)/ }).count() === 2, 'a graph view for each model');
      await editor.lens('Check against io.npz').click();
      await editor.view('.comparison h2.bad');
      await editor.page.locator('.tab', { hasText: 'graph.nnef' }).first().click();
      await editor.focusText();
      await editor.lens('Check against io.npz').click();
      await editor.view('.comparison h2.good');
      await editor.shot('two-models');
    },
  },

  'works on a file outside of the workspace': {
    open: (folder) => ({ at: join(folder, 'digits', 'samples') }),
    async run({ editor, folder }) {
      await editor.command('File: Open File');
      await editor.path(join(folder, 'digits', 'graph.nnef'));
      await editor.sees('.codelens-decoration:visible', 'the code lens', 40_000);
      await editor.vanishes('.squiggly-error', 'mistakes: the weights beside the file are found');
      await editor.command('NNEF: Run Graph');
      await editor.pick('7.png');
      await editor.pick('Outputs only');
      await editor.view('.top .first');
    },
  },

  'stays calm when the folder of an open model vanishes': {
    async run({ editor, folder, text }) {
      cpSync(join(folder, 'digits'), join(folder, 'doomed'), { recursive: true });
      await editor.model('doomed/graph.nnef');
      await editor.command('NNEF: Show Graph');
      await editor.view('#canvas .box');
      await editor.focusText();
      rmSync(join(folder, 'doomed'), { recursive: true });
      await editor.sees('.tab.active .label-name.strikethrough, .tab .monaco-icon-label.strikethrough', 'that the file is deleted', 10_000).catch(() => undefined);
      const label = at(text, "'conv1/filter'", 3);
      await editor.cursor(label.line, label.column);
      await editor.press('Control+K', 'Control+I');
      await editor.sees('.monaco-hover:visible', 'a hover all the same');
      await editor.shot('folder-gone');
      await editor.press('Escape');
      await editor.command('NNEF: Run Graph');
      await editor.pick('Zeros');
      await editor.pick('Outputs only');
      const view = await editor.view('.message');
      const said = await view.locator('.message').innerText();
      check(/doomed.*is not there any more/.test(said), `why it does not run, not "${said}"`);
      await editor.shot('folder-gone-run');
    },
  },
};
