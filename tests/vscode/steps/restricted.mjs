// Windows of their own, each with other settings: no trust, no Python, other themes.

import { at, check } from '../steps.mjs';

export const windows = {
  'analyses but does not run in an untrusted workspace': {
    settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'always' },
    async run({ editor, text }) {
      await editor.file('broken/graph.nnef');
      await editor.sees(editor.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first(), 'Restricted Mode in the status bar');
      await editor.sees('.squiggly-error', 'a squiggle in an untrusted workspace');
      await editor.closeAll();
      await editor.file('digits/graph.nnef');
      await editor.cursor(at(text, 'graph digits', 0).line + 8);
      const lens = editor.page.locator('.codelens-decoration a', { hasText: /Run graph/ }).first();
      await editor.sees(lens, 'the code lens');
      await lens.click();
      await editor.sees(editor.page.locator('.notification-list-item', { hasText: 'only in trusted workspaces' }).first(), 'why it does not run');
      await editor.shot('untrusted');
    },
  },

  'says what to do when there is no Python': {
    settings: { 'nnef.python': '/nowhere/python' },
    async run({ editor }) {
      await editor.file('digits/graph.nnef');
      const notice = editor.page.locator('.notification-list-item', { hasText: 'NNEF needs Python 3.10' });
      await editor.sees(notice.first(), 'what is missing');
      check(await notice.count() === 1, 'one message, not more');
      check(await notice.first().getByText('Choose interpreter…').count() === 1, 'a button that helps');
      await editor.shot('no-python');
    },
  },

  'installs numpy into an environment of its own after asking': {
    settings: (cache) => ({ 'nnef.python': `${cache}/bare/bin/python` }),
    async run({ editor }) {
      await editor.model('digits/graph.nnef');
      await editor.command('NNEF: Run Graph');
      const notice = editor.page.locator('.notification-list-item', { hasText: 'needs numpy' }).first();
      await editor.sees(notice, 'the question about numpy');
      await editor.shot('numpy');
      await notice.getByText('Install numpy', { exact: true }).click();
      await editor.pick('Zeros', 100_000);
      await editor.pick('Outputs only');
      await editor.view('.top .first');
    },
  },

  'looks well in a light theme': {
    settings: { 'workbench.colorTheme': 'Default Light Modern' },
    run: (context) => themed(context, 'light'),
  },

  'looks well in high contrast': {
    settings: { 'workbench.colorTheme': 'Default High Contrast' },
    run: (context) => themed(context, 'contrast'),
  },
};

async function themed({ editor }, name) {
  await editor.model('digits/graph.nnef');
  await editor.command('NNEF: Show Graph');
  await editor.view('#canvas .box');
  await editor.shot(`${name}-graph`);
  await editor.closeAll();
  await editor.file('conv1/filter.dat');
  await editor.view('.pictures canvas');
  await editor.shot(`${name}-tensor`);
}
