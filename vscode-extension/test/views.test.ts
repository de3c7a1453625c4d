import { describe, expect, it } from 'vitest';
import { Tree } from '../src/archive/listing';
import { join, split, unpackedName } from '../src/archive/uri';
import { bytes, count, finite, seconds, shape, short, work } from '../src/webview/parts/numbers';

describe('numbers as a person reads them', () => {
  it.each([
    [0, '0'],
    [1234567, '1234567'],
    [0.123456, '0.1235'],
    [1e-9, '1.00e-9'],
    [12345678.9, '1.23e7'],
    ['nan', 'nan'],
    [true, 'true'],
  ])('%s', (value, text) => {
    expect(short(value as never)).toBe(text);
  });
  it('counts, bytes, times, shapes', () => {
    expect([
      count(61100840),
      count(999),
      bytes(4096),
      bytes(100),
      bytes(10700),
      bytes(1023 * 1024),
      bytes(245e6),
      seconds(1.5),
      seconds(0.00123),
      seconds(2e-6),
    ]).toEqual(['61.1 M', '999', '4 KiB', '100 B', '10.4 KiB', '1023 KiB', '234 MiB', '1.50 s', '1.23 ms', '2 µs']);
    expect([shape([1, 'S', null]), shape([]), shape(null)]).toEqual(['1×S×?', 'scalar', '?']);
    expect([work(285440), work(12)]).toEqual(['285 kMAC', '12 MAC']);
    expect([finite('inf'), finite('-inf'), finite(3)]).toEqual([Infinity, -Infinity, 3]);
  });
});

describe('archives', () => {
  it('splits and joins the names of files inside', () => {
    expect(split('/m/net.nnef.tgz/!/conv1/filter.dat')).toEqual({ archive: '/m/net.nnef.tgz', inside: 'conv1/filter.dat' });
    expect(split('/m/net.tar/!/')).toEqual({ archive: '/m/net.tar', inside: '' });
    expect(split('/c:/Users/a b/net.tgz/!/graph.nnef')).toEqual({ archive: '/c:/Users/a b/net.tgz', inside: 'graph.nnef' });
    expect(join({ archive: '/m/net.tar', inside: 'a/b.dat' })).toBe('/m/net.tar/!/a/b.dat');
    expect(['/a.nnef.tgz', '/c:/b.tar.gz', '/c.tar', '/d.nnef.tar.zst', '/e.txz', '/model'].map(unpackedName)).toEqual([
      '/a',
      '/c:/b',
      '/c',
      '/d',
      '/e',
      '/model-unpacked',
    ]);
  });
  it('lists folders that only their files mention', () => {
    const tree = new Tree([
      { path: 'graph.nnef', size: 5, folder: false },
      { path: 'a/b/c.dat', size: 7, folder: false },
      { path: 'a', size: 0, folder: true },
    ]);
    expect(tree.list('')!.map(({ name, folder }) => [name, folder])).toEqual([
      ['graph.nnef', false],
      ['a', true],
    ]);
    expect(tree.list('a/b')).toEqual([{ name: 'c.dat', folder: false, size: 7 }]);
    expect(tree.find('a/b/c.dat')!.size).toBe(7);
    expect([tree.list('nowhere'), tree.find('nowhere'), tree.find('graph.nnef/x')]).toEqual([undefined, undefined, undefined]);
  });
});
