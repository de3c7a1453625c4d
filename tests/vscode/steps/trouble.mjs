// When the server dies.

import { execFileSync } from 'node:child_process';
import { check } from '../steps.mjs';
import { until } from '../editor.mjs';

export const steps = {
  async 'comes back when the server is killed'({ editor, host }) {
    await editor.model('digits/graph.nnef');
    const before = servers(host);
    check(before.length === 1, `one server, not ${before.length}`);
    await editor.press('Control+End');
    process.kill(before[0], 'SIGKILL');
    // While nobody listens: the client may not take this for a reason to give up.
    await editor.type('graph');
    const after = await until(() => { const now = servers(host); return now.length === 1 && now[0] !== before[0] && now; }, 'a new server');
    check(after[0] !== before[0], 'another process');
    await editor.sees('.squiggly-error', 'a squiggle from the new server');
    await editor.revert();
    await editor.vanishes('.squiggly-error', 'the squiggle');
  },

  async 'shows the log of the server'({ editor }) {
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Show Server Log');
    await until(async () => /the server runs/.test((await editor.page.locator('.panel .output-view, .panel .view-lines').first().innerText().catch(() => '')).replace(/\u00a0/g, ' ')), 'what the log says');
    await editor.command('View: Hide Panel');
  },

  async 'says so when the server dies during a run, and runs again'({ editor, host }) {
    await editor.model('slow/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('Zeros');
    await editor.pick('Outputs only');
    const progress = editor.notice('Running slow/graph.nnef');
    await until(async () => /\d+\/\d+/.test(await progress.innerText().catch(() => '')), 'how far the run is');
    const [before] = servers(host);
    process.kill(before, 'SIGKILL');
    await editor.sees(editor.notice('The NNEF server stopped before it answered'), 'what happened');
    await editor.shot('server-died');
    await editor.vanishes('.notification-list-item .monaco-progress-container.active', 'the progress of the run');
    await until(() => servers(host).length === 1 && servers(host)[0] !== before, 'a new server');
    check(!processes(host).some(([, , , args]) => /nnef_lsp\.runtime|runtime\.worker/.test(args)), 'no worker that is left');
    await editor.closeAll();
    await editor.model('digits/graph.nnef');
    await editor.command('NNEF: Run Graph');
    await editor.pick('Zeros');
    await editor.pick('Outputs only');
    await editor.view('.top .first');
  },
};

/** Servers that run below our code-server: no others are looked at, let alone ended. */
function servers(host) {
  return processes(host).filter(([, , , args]) => / -m nnef_lsp serve/.test(args)).map(([, pid]) => Number(pid));
}

function processes(host) {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter(Boolean);
  const ours = new Set([host.child.pid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [, pid, parent] of rows) if (ours.has(Number(parent)) && !ours.has(Number(pid))) grown = ours.add(Number(pid)) && true;
  }
  return rows.filter(([, pid]) => ours.has(Number(pid)));
}
