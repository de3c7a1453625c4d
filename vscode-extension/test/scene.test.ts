import { describe, expect, it } from 'vitest';
import { simple } from '../src/graph/layout';
import { network, parametersOf } from '../src/graph/network';
import { type Box, picture, type Scene } from '../src/graph/scene';
import { graph, residual } from './graph';

const small = graph(`x = external()
w = variable()
c = conv(x, w)
r = relu(c)
y = add(r, x)`);

const names = (scene: Scene) => scene.boxes.map(({ id }) => id);

describe('the network', () => {
  it('gives weights to the operation that reads them', () => {
    const net = network(small);
    expect(net.operations.map(({ node, weights }) => [node.id, ...weights.map((weight) => weight.node.id)])).toEqual([
      ['x'],
      ['c', 'w'],
      ['r'],
      ['y'],
    ]);
    expect(net.indexOf.get('w')).toBe(net.indexOf.get('c'));
  });

  it('tells weights with each operation that reads them, and counts them once', () => {
    const net = network(graph('x = external()\nw = variable()\na = conv(x, w)\nb = conv(a, w)'));
    expect(net.operations.map(({ node, weights }) => [node.id, ...weights.map(({ node: { id } }) => id)])).toEqual([
      ['x'],
      ['a', 'w'],
      ['b', 'w'],
    ]);
    expect(net.operations.map(parametersOf)).toEqual([0, 128, 0]);
    expect(net.indexOf.get('w')).toBe(net.indexOf.get('a'));
  });

  it('tells weights through what only reshapes them', () => {
    const view = graph('x = external()\nw = variable()\nu = reshape(w)\na = conv(x, u)');
    view.nodes[2].folded = true;
    const net = network(view);
    expect(net.operations[1].weights.map(({ node, parameter }) => [node.id, parameter])).toEqual([['w', 'x']]);
    expect(net.indexOf.get('u')).toBe(1);
  });
});

describe('the picture', () => {
  it('has a box for every operation and an edge for every tensor between them', () => {
    const { scene } = picture(small, new Set());
    expect(names(scene)).toEqual(['x', 'c', 'r', 'y']);
    expect(scene.edges.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(['c>r', 'r>y', 'x>c', 'x>y']);
    expect(scene.edges[0].label).toBe('1×8×4×4');
  });

  it('draws from top to bottom without overlap', () => {
    const { scene } = picture(small, new Set());
    const [x, c, r, y] = scene.boxes;
    expect(x.y + x.height).toBeLessThan(c.y);
    expect(c.y + c.height).toBeLessThan(r.y);
    expect(r.y + r.height).toBeLessThan(y.y);
  });

  it('collapses repeated blocks first, and opens them', () => {
    const view = residual(100);
    const closed = picture(view, new Set());
    expect(closed.scene.boxes.length).toBeLessThan(8);
    const repeat = closed.scene.boxes.find(({ group }) => group?.kind === 'repeat')!;
    expect(repeat.group!.title).toBe('residual block (×100)');
    const opened = picture(view, new Set([repeat.id])).scene.boxes.find(({ id }) => id === repeat.id)!;
    expect(opened.inside!.boxes.length).toBeGreaterThan(5);
    expect(opened.height).toBeGreaterThan(repeat.height);
  });

  it('knows the groups around every node', () => {
    const view = residual(100);
    const { path } = picture(view, new Set());
    const groups = path('b50')!;
    expect(groups[0]).toMatch(/^repeat:/);
    const scene = picture(view, new Set(groups)).scene;
    const all: string[] = [];
    const visit = (boxes: Box[]) =>
      boxes.forEach((box) => {
        all.push(box.id);
        if (box.inside) visit(box.inside.boxes);
      });
    visit(scene.boxes);
    expect(all).toContain('b50');
    expect(path('v50')).toEqual(path('b50'));
  });

  it('keeps the names of groups when a statement far away changes', () => {
    const view = residual(100);
    const before = picture(view, new Set()).scene.boxes.map(({ id }) => id);
    view.nodes[1] = { ...view.nodes[1], operation: 'avg_pool' };
    expect(picture(view, new Set()).scene.boxes.map(({ id }) => id)).toEqual(before);
  });

  it('opens fragments in place', () => {
    const view = graph('x = external()\ny = block(x)', { block: 'a = relu(x)\nb = relu(a)' });
    const open = picture(view, new Set(['y'])).scene.boxes.find(({ id }) => id === 'y')!;
    expect(open.inside!.boxes.filter(({ port }) => !port).map(({ id }) => id)).toEqual(['y/a', 'y/b']);
    expect(
      open
        .inside!.boxes.filter(({ port }) => port)
        .map(({ port }) => port!.tensor)
        .sort(),
    ).toEqual(['b', 'x']);
  });

  it('stops at fragments that call themselves', () => {
    const view = graph('x = external()\ny = f(x)', { f: 'a = relu(x)' });
    view.fragments.f.nodes.push({ ...view.nodes[1], id: 'again', inputs: [{ tensor: 'a', parameter: 'x' }] });
    const open = new Set(['y', ...Array.from({ length: 30 }, (_, depth) => `y/${'again/'.repeat(depth)}again`)]);
    expect(() => picture(view, open)).not.toThrow();
  });

  it('is quick for ten thousand operations', () => {
    const began = performance.now();
    picture(residual(1700), new Set());
    expect(performance.now() - began).toBeLessThan(1500);
  });
});

describe('the simple layering', () => {
  it('places thousands of boxes in order', () => {
    const nodes = Array.from({ length: 5000 }, (_, at) => ({ id: String(at), width: 100, height: 40 }));
    const placed = simple(
      nodes,
      nodes.slice(1).map((_, at) => ({ from: String(at), to: String(at + 1), text: 0 })),
    );
    expect(placed.nodes[4999].y).toBeGreaterThan(placed.nodes[4998].y);
  });
});
