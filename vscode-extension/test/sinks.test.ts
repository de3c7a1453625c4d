// Names of a model become text nodes and attributes, never markup or code: nothing in the views' sources can do anything else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = join(__dirname, '..', 'src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const SINKS =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|setHTMLUnsafe|srcdoc|eval\(|new Function|(?:isTrusted|supportHtml)\W+true|javascript:)/;

describe('markup of a model', () => {
  it('finds the sources', () => expect(files.length).toBeGreaterThan(30));
  it.each(files)('%s makes none', (name) => {
    const code = readFileSync(join(SOURCES, name), 'utf8').replace(/^\s*\/\/.*$/gm, '');
    expect(SINKS.exec(code)?.[0]).toBeUndefined();
  });
  it('is refused by the policy of each page', () => {
    const page = readFileSync(join(SOURCES, 'views', 'page.ts'), 'utf8');
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-${nonce}'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });
});
