// When something is wrong: a server that dies, a workspace without trust, a machine without Python.

import { execFileSync } from 'node:child_process';
import { check } from '../steps.mjs';
import { until } from '../editor.mjs';

export const steps = {
  async 'comes back when the server is killed'({ editor, host }) {
    await editor.model('digits/graph.nnef');
    const before = servers(host);
    check(before.length === 1, `one server, not ${before.length}`);
    process.kill(before[0], 'SIGKILL');
    const after = await until(() => { const now = servers(host); return now.length === 1 && now[0] !== before[0] && now; }, 'a new server');
    check(after[0] !== before[0], 'another process');
    await editor.press('Control+End');
    await editor.type('graph');
    await editor.sees('.squiggly-error', 'a squiggle from the new server');
    await editor.revert();
    await editor.vanishes('.squiggly-error', 'the squiggle');
  },
};

/** Servers that run below our code-server: no others are looked at, let alone ended. */
function servers(host) {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter(Boolean);
  const ours = new Set([host.child.pid]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [, pid, parent] of rows) if (ours.has(Number(parent)) && !ours.has(Number(pid))) grown = ours.add(Number(pid)) && true;
  }
  return rows.filter(([, pid, , args]) => ours.has(Number(pid)) && / -m nnef_lsp serve/.test(args)).map(([, pid]) => Number(pid));
}
