// A real VS Code in a real browser, and what a person does in it.
//
// What is asserted is what is on the screen. Waiting is always for something to appear, with a time-out; nothing sleeps
// for luck. Every process that is started here is ended here.

import { spawn, execFile } from 'node:child_process';
import { mkdir, writeFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PATIENCE = 20_000;
const SETTINGS = {
  'security.workspace.trust.enabled': false, 'chat.disableAIFeatures': true, 'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off',
  'workbench.colorTheme': 'Default Dark Modern', 'editor.minimap.enabled': false, 'workbench.tips.enabled': false, 'extensions.ignoreRecommendations': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden', 'editor.hover.delay': 200, 'files.simpleDialog.enable': true, 'git.enabled': false,
  'update.mode': 'none', 'workbench.welcomePage.walkthroughs.openOnInstall': false, 'files.autoSave': 'off', 'window.menuBarVisibility': 'compact',
  'editor.fontSize': 14, 'breadcrumbs.enabled': false, 'workbench.layoutControl.enabled': false, 'window.commandCenter': false,
  'editor.accessibilitySupport': 'off', 'notifications.showAccountsHint': false, 'workbench.editor.empty.hint': 'hidden',
};

/** A profile folder with the extension installed; code-server is started on a folder by `open`. */
export class Host {
  constructor(cache, work, vsix) {
    Object.assign(this, { cache, work, vsix, node: join(cache, 'bin', 'node') });
    this.entry = join(cache, 'code-server', 'node_modules', 'code-server', 'out', 'node', 'entry.js');
    this.user = join(work, 'user');
    this.extensions = join(work, 'extensions');
  }

  async install() {
    await this.settings({});
    await promisify(execFile)(this.node, [this.entry, '--user-data-dir', this.user, '--extensions-dir', this.extensions, '--install-extension', this.vsix],
      { timeout: 120_000, env: this.environment() });
  }

  async settings(more) {
    // Paths of programs are settings of the machine: in a remote window they are read from a file of their own.
    for (const scope of ['User', 'Machine']) {
      await mkdir(join(this.user, scope), { recursive: true });
      await writeFile(join(this.user, scope, 'settings.json'), JSON.stringify({ ...SETTINGS, ...more }, null, 2));
    }
  }

  async start() {
    this.port = await freePort();
    this.child = spawn(this.node, [this.entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${this.port}`, '--user-data-dir', this.user,
      '--extensions-dir', this.extensions, '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      { env: this.environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (data) => { said += data; });
    const end = Date.now() + 60_000;
    while (!(await fetch(`http://127.0.0.1:${this.port}/healthz`).then((answer) => answer.ok, () => false))) {
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`code-server did not start:\n${said.slice(-2000)}`);
      await pause(200);
    }
    const { chromium } = createRequire(join(this.cache, 'code-server', 'package.json'))('playwright-core');
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  }

  environment() {
    const { VSCODE_IPC_HOOK_CLI: _, ...rest } = process.env;
    return { ...rest, XDG_CONFIG_HOME: join(this.work, 'config'), XDG_DATA_HOME: join(this.work, 'data') };
  }

  /** A window on a folder, or on a file that names several. */
  async open(folder, artifacts, kind = 'folder') {
    const page = await this.browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    // The client of code-server checks for a newer version at a public address; there is none here.
    await page.route((url) => url.hostname !== '127.0.0.1' && !url.hostname.endsWith('localhost'), (route) => route.abort());
    await page.goto(`http://127.0.0.1:${this.port}/?${kind}=${encodeURIComponent(folder)}`, { timeout: 60_000 });
    const editor = new Editor(page, folder, artifacts);
    const shown = '.monaco-workbench .explorer-folders-view';
    // A file of several folders is now and then read before there is anything to read it with: the window stays empty then.
    if (kind === 'workspace') await page.waitForSelector(shown, { timeout: 20_000 }).catch(() => page.reload({ timeout: 60_000 }));
    await page.waitForSelector(shown, { timeout: 60_000 }).catch(async (error) => {
      await editor.shot('FAILED window');
      await page.close();
      throw error;
    });
    return editor;
  }

  async stop() {
    await this.browser?.close().catch(() => undefined);
    if (this.child && this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await Promise.race([new Promise((done) => { this.child.once('exit', done); }), pause(5000).then(() => this.child.kill('SIGKILL'))]);
    }
    if (!process.env.NNEF_LSP_KEEP) await rm(this.work, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

export class Editor {
  constructor(page, folder, artifacts) {
    Object.assign(this, { page, folder, artifacts });
  }

  // --- doing

  async command(text) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]').first();
    await input.waitFor();
    await input.fill(`>${text}`);
    await this.page.locator(`.quick-input-widget .monaco-list-row[aria-label^="${text}"]`).first().click();
  }

  /** Opens a file by its name or path in the folder. */
  async file(name) {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]').first();
    await input.waitFor();
    await input.fill(name);
    // With its folder: until the list has followed the typing it shows other files of the same name.
    const [file, folder] = name.split('/').reverse();
    await this.page.locator(`.quick-input-widget .monaco-list-row[aria-label^="${file}"]`, { hasText: folder }).first().click();
    await this.page.locator('.tab.active', { hasText: name.split('/').pop() }).first().waitFor();
  }

  /** Opens an archive of the folder, whose graph is what is seen then. */
  async archive(name) {
    await this.press('Control+P');
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]').first();
    await input.waitFor();
    await input.fill(name);
    await this.page.locator(`.quick-input-widget .monaco-list-row[aria-label^="${name}"]`).first().click();
  }

  /** Opens a model and waits until the server has looked at it. */
  async model(name) {
    await this.file(name);
    await this.sees('.codelens-decoration:visible', `the code lens of ${name}`, 40_000);
  }

  /** Puts the cursor into a line and column, both from 1. */
  async cursor(line, column = 1) {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]').first();
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: String(line) }).first().waitFor();
    await input.press('Enter');
    await this.page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
  }

  /** Back from a view to the text of the first group. */
  async focusText() {
    await this.press('Control+1');
    await this.sees('.editor-instance .monaco-editor.focused', 'the cursor in the text');
  }

  async pick(text, timeout = PATIENCE) {
    await this.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: text }).first().click({ timeout });
  }

  /** Answers a dialog for a file, which is a box for its path here; without a path with what it offers. */
  async path(path) {
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]').first();
    await until(async () => /[/\\]/.test(await input.inputValue().catch(() => '')), 'the path that the dialog offers');
    const hidden = (timeout) => this.page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden', timeout });
    if (path) {
      // It looks what is in the folder and then writes its own answer over what was typed; nothing on the screen tells when.
      for (let turn = 1; turn < 5; turn++) {
        await pause(300 * turn);
        await input.fill(path);
        await pause(300 * turn);
        await input.press('Enter');
        if (await hidden(2000).then(() => true, () => false)) return;
      }
    }
    await input.press('Enter');
    await hidden(PATIENCE);
  }

  notice(text) {
    return this.page.locator('.notification-list-item', { hasText: text }).first();
  }

  lens(text) {
    return this.page.locator('.codelens-decoration a', { hasText: text }).first();
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text) {
    await this.page.keyboard.type(text, { delay: 15 });
  }

  /** Takes back what was typed since the file was saved. */
  async revert() {
    await this.command('File: Revert File');
    await this.vanishes('.tab.dirty', 'the mark of a changed file');
  }

  async closeAll() {
    await this.page.keyboard.press('Escape');
    await this.command('View: Close All Editors');
    const discard = this.page.locator('.monaco-dialog-box .monaco-button', { hasText: "Don't Save" });
    await until(async () => {
      if (await discard.isVisible()) await discard.click();
      return await this.page.locator('.tab').count() === 0;
    }, 'all editors closed', 8000);
  }

  /** Whatever a failed step has left open is closed, so that the next one starts as it expects. */
  async recover() {
    for (let turn = 0; turn < 3; turn++) await this.page.keyboard.press('Escape');
    await this.command('Notifications: Clear All Notifications').catch(() => undefined);
    await this.closeAll();
  }

  // --- seeing

  /** The text on the screen, hints included. VS Code draws blanks as no-break spaces. */
  async text() {
    return (await this.page.locator('.editor-instance .view-lines').first().innerText()).replace(/\u00a0/g, ' ');
  }

  /** The document of a view: VS Code nests two frames. */
  async view(selector, timeout = PATIENCE) {
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      // Frames of views that were just closed may still be there: the latest comes first.
      for (const frame of this.page.frames().reverse()) {
        if (frame.url().includes('fake.html') && await frame.locator(selector).first().isVisible().catch(() => false)) return frame;
      }
      await pause(50);
    }
    throw new Error(`no view shows ${selector} within ${timeout} ms`);
  }

  async sees(locator, what, timeout = PATIENCE) {
    await (typeof locator === 'string' ? this.page.locator(locator).first() : locator).waitFor({ timeout }).catch(() => { throw new Error(`not on the screen within ${timeout} ms: ${what}`); });
  }

  async vanishes(selector, what, timeout = PATIENCE) {
    await this.page.waitForFunction((css) => !document.querySelector(css), selector, { timeout }).catch(() => { throw new Error(`still on the screen after ${timeout} ms: ${what}`); });
  }

  /** What axe finds wrong in a view for those who do not see it or use no mouse. */
  async accessibility(view, what) {
    const axe = createRequire(join(import.meta.dirname, '..', '..', 'vscode-extension', 'package.json'))('axe-core');
    await view.evaluate(axe.source);
    const found = await view.evaluate(async () => {
      // The page itself is VS Code's: regions and titles are its business. Views follow the theme, whose contrast is the user's
      // choice. Text in the boxes of a graph is shortened, their labels are not.
      const rules = Object.fromEntries(['region', 'color-contrast', 'bypass', 'document-title', 'page-has-heading-one', 'landmark-one-main', 'label-content-name-mismatch'].map((name) => [name, { enabled: false }]));
      const { violations } = await window.axe.run(document, { rules });
      return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    });
    if (found.length) throw new Error(`${what} cannot be used by everybody:\n${found.join('\n')}`);
  }

  async shot(name) {
    if (!this.artifacts) return;
    await mkdir(this.artifacts, { recursive: true });
    await pause(350);   // notifications and hovers fade in
    await this.page.screenshot({ path: join(this.artifacts, `${name}.png`) });
  }
}

export const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

/** Asks again and again until the answer is good. */
export async function until(ask, what, timeout = PATIENCE) {
  const end = Date.now() + timeout;
  let last;
  while (Date.now() < end) {
    last = await ask();
    if (last) return last;
    await pause(30);
  }
  throw new Error(`did not come true within ${timeout} ms: ${what}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
