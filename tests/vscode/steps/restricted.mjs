// Windows of their own with less than usual: no trust, no Python, no numpy.

import { until } from '../editor.mjs';
import { at, check } from '../steps.mjs';

const UNTRUSTED = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'always' };

export const windows = {
  'analyses but does not run in an untrusted workspace': {
    settings: UNTRUSTED,
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

  'runs as soon as the workspace is trusted': {
    settings: UNTRUSTED,
    async run({ editor, text }) {
      await editor.file('digits/graph.nnef');
      await editor.cursor(at(text, 'graph digits', 0).line + 8);
      await editor.sees(editor.lens(/Run graph/), 'the code lens');
      await editor.lens(/Run graph/).click();
      await editor.sees(editor.notice('only in trusted workspaces'), 'why it does not run');
      await editor.notice('only in trusted workspaces').getByText('Manage trust').click();
      await editor.page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust$/ }).first().click();
      await until(async () => await editor.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).count() === 0, 'no Restricted Mode any more');
      await editor.file('digits/graph.nnef');
      await editor.sees(editor.lens(/Run graph/), 'the code lens of the new server', 40_000);
      await editor.lens(/Run graph/).click();
      await editor.pick('7.png');
      await editor.pick('Outputs only');
      await editor.view('.top .first');
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

};
