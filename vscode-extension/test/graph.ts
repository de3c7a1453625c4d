// Networks for tests, written as one line per statement: "y = conv(x, filter)".

import type { GraphBox, GraphNode, GraphView, Kind } from '../src/protocol';

const KINDS: Record<string, Kind> = {
  external: 'input',
  variable: 'weights',
  conv: 'convolution',
  relu: 'activation',
  add: 'elementwise',
  max_pool: 'pooling',
};

export function graph(text: string, fragments: Record<string, string> = {}): GraphView {
  const nodes = body(text);
  const inputs = nodes.filter(({ operation }) => operation === 'external').map(({ id }) => id);
  return {
    version: 1,
    name: 'net',
    parameters: 0,
    inputs,
    outputs: [nodes.at(-1)!.id],
    nodes: nodes.map((node) => ({ ...node, ...(node.operation in fragments ? { fragment: true as const } : {}) })),
    fragments: Object.fromEntries(
      Object.entries(fragments).map(([name, inside]) => [name, { inputs: ['x'], outputs: [body(inside).at(-1)!.id], nodes: body(inside) }]),
    ),
  };
}

function body(text: string): GraphNode[] {
  return text
    .trim()
    .split('\n')
    .map((line, at): GraphNode => {
      const [, id, operation, inputs] = /^\s*(\w+) = (\w+)\((.*)\)$/.exec(line)!;
      const range = { start: { line: at, character: 0 }, end: { line: at, character: line.length } };
      return {
        id,
        operation,
        kind: KINDS[operation] ?? 'other',
        ...(operation === 'variable' ? { folded: true as const } : {}),
        inputs: inputs
          .split(',')
          .map((tensor) => tensor.trim())
          .filter(Boolean)
          .map((tensor) => ({ tensor, parameter: 'x' })),
        outputs: [{ name: id, dtype: 'scalar', shape: [1, 8, 4, 4] }],
        attributes: [],
        range,
        selectionRange: range,
      };
    });
}

/** x, then TIMES blocks, which the server finds, of conv with weights, relu, conv with weights, add with the block's input. */
export function residual(times: number): GraphView {
  const lines = ['x0 = external()', 'stem = max_pool(x0)'];
  for (let at = 0, last = 'stem'; at < times; at++, last = `sum${at}`) {
    lines.push(
      `w${at} = variable()`,
      `a${at} = conv(${last}, w${at})`,
      `r${at} = relu(a${at})`,
      `v${at} = variable()`,
      `b${at} = conv(r${at}, v${at})`,
      `sum${at} = add(b${at}, ${last === 'stem' ? 'stem' : last})`,
    );
    last = `sum${at}`;
  }
  const view = graph(lines.join('\n'));
  const block = (at: number): GraphBox => ({
    id: `block:${at}`,
    kind: 'part',
    title: `residual block ${at + 1}`,
    boxes: Array.from({ length: 6 }, (_, step) => 2 + 6 * at + step),
  });
  const blocks = Array.from({ length: times }, (_, at) => block(at));
  view.boxes = [0, 1, { id: 'repeat:a0', kind: 'repeat', title: `residual block (×${times})`, times, boxes: blocks }];
  return view;
}
