// The folder that the tests work in: a copy of the example, and models made for a purpose.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function makeWorkspace(repository, folder) {
  const example = join(repository, 'examples', 'digits');
  mkdirSync(folder, { recursive: true });
  cpSync(example, join(folder, 'digits'), { recursive: true });
  const text = readFileSync(join(example, 'graph.nnef'), 'utf8');
  write(folder, 'broken/graph.nnef', text.replace('relu(features)', 'relu(feature)'));
  write(folder, 'thousand/graph.nnef', chain(1000));
  write(folder, 'ten-thousand/graph.nnef', residual(1666));
  write(folder, 'transformer/graph.nnef', transformer(24));
  write(folder, 'slow/graph.nnef', slow());
  cpSync(example, join(folder, 'spoilt'), { recursive: true });
  write(folder, 'spoilt/graph.nnef', text.replace('/ 0.38', '/ 3.8'));
  write(folder, 'symbolic/graph.nnef', symbolic());
  makeArrays(join(folder, 'arrays'));
  writeFileSync(join(folder, 'names.txt'), ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven!', 'eight', 'nine'].join('\n'));
  execFileSync('tar', ['-czf', join(folder, 'packed.nnef.tgz'), '-C', example, 'graph.nnef', 'conv1', 'conv2', 'conv3', 'classifier']);
  return { text, digits: join(folder, 'digits') };
}

function write(folder, path, text) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const graph = (inputs, output, lines) => `version 1.0;\n\ngraph net( ${inputs} ) -> ( ${output} )\n{\n${lines.map((line) => `    ${line}`).join('\n')}\n}\n`;

function chain(count) {
  const lines = ['x0 = external(shape = [1, 8, 16, 16]);'];
  for (let at = 1; at < count; at++) lines.push(`x${at} = ${['relu', 'sigmoid', 'tanh'][at % 3]}(x${at - 1});`);
  return graph('x0', `x${count - 1}`, lines);
}

/** Six statements a block, two of them weights. */
function residual(blocks) {
  const lines = ['image = external(shape = [1, 8, 16, 16]);', 'stem = relu(image);'];
  let last = 'stem';
  for (let at = 0; at < blocks; at++) {
    lines.push(
      `filter_a${at} = variable(shape = [8, 8, 3, 3], label = 'block${at}/a');`, `conv_a${at} = conv(${last}, filter_a${at}, padding = [(1,1), (1,1)]);`,
      `relu_a${at} = relu(conv_a${at});`,
      `filter_b${at} = variable(shape = [8, 8, 3, 3], label = 'block${at}/b');`, `conv_b${at} = conv(relu_a${at}, filter_b${at}, padding = [(1,1), (1,1)]);`,
      `sum${at} = add(conv_b${at}, ${last});`);
    last = `sum${at}`;
  }
  return graph('image', last, lines);
}

/** Named as exporters of PyTorch name: modules in the names of tensors, and in labels, which alone tell of `layers`. */
function transformer(layers) {
  const lines = ['tokens = external(shape = [1, 16, 32]);'];
  const weight = (name, extents) => lines.push(`${name.replaceAll('.', '_')} = variable(label = '${name}', shape = [${extents}]);`);
  const linear = (module, label, input, to) => {
    weight(`${label}.weight`, '1, 32, 32');
    lines.push(`${to ?? `${module}__linear0`} = matmul(${input}, ${label.replaceAll('.', '_')}_weight);`);
    return to ?? `${module}__linear0`;
  };
  let last = linear('m__model__embed_tokens', 'm.model.embed_tokens', 'tokens');
  for (let at = 0; at < layers; at++) {
    const [here, label] = [`m__model___${at}`, `m.model.layers.${at}`];
    const [q, k, v] = ['q', 'k', 'v'].map((part) => linear(`${here}__self_attn__${part}_proj`, `${label}.self_attn.${part}_proj`, last));
    lines.push(
      `${here}__self_attn__matmul0 = matmul(${q}, ${k}, transposeB = true);`,
      `${here}__self_attn__softmax0 = softmax(${here}__self_attn__matmul0, axes = [2]);`,
      `${here}__self_attn__matmul1 = matmul(${here}__self_attn__softmax0, ${v});`);
    const mixed = linear(`${here}__self_attn__o_proj`, `${label}.self_attn.o_proj`, `${here}__self_attn__matmul1`);
    lines.push(`${here}__add0 = add(${last}, ${mixed});`);
    const up = linear(`${here}__mlp__up_proj`, `${label}.mlp.up_proj`, `${here}__add0`);
    lines.push(`${here}__mlp__relu0 = relu(${up});`);
    const down = linear(`${here}__mlp__down_proj`, `${label}.mlp.down_proj`, `${here}__mlp__relu0`);
    lines.push(`${here}__add1 = add(${here}__add0, ${down});`);
    last = `${here}__add1`;
  }
  const normed = 'm__model__norm__normed';
  lines.push(`m__model__norm__square = sqr(${last});`, 'm__model__norm__mean = mean_reduce(m__model__norm__square, axes = [2]);',
    'm__model__norm__root = rsqrt(m__model__norm__mean);', `${normed} = mul(${last}, m__model__norm__root);`);
  linear('m__lm_head', 'm.lm_head', normed, 'scores');
  return graph('tokens', 'scores', lines);
}

/** Minutes of work, so that there is time to press Cancel. */
function slow() {
  const lines = ['a0 = external(shape = [1500, 1500]);'];
  for (let at = 1; at < 400; at++) lines.push(`a${at} = matmul(a${at - 1}, a0);`);
  return graph('a0', 'a399', lines);
}

/** tract's dialect, with an extent that only a run tells. */
function symbolic() {
  return `version 1.0;

extension tract_registry tract_core;
extension tract_symbol S;

graph net( tokens ) -> ( scores )
{
    tokens = tract_core_external(shape = [1, S, 4], datum_type = 'f32');
    weights = [[[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]];
    hidden = matmul(tokens, weights, transposeB = true);
    scores = tract_core_softmax(hidden, axes = [2]);
}
`;
}

/** Other people's files: written by hand, as nothing that writes them is installed. */
function makeArrays(folder) {
  mkdirSync(folder, { recursive: true });
  const ramp = Float32Array.from({ length: 6 * 8 }, (_, at) => Math.sin(at / 4));
  const bytes = Buffer.from(ramp.buffer);
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 8), }".padEnd(117) + '\n';
  writeFileSync(join(folder, 'ramp.npy'), Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header), bytes]));
  const tensors = JSON.stringify({
    'encoder.weight': { dtype: 'F32', shape: [6, 8], data_offsets: [0, bytes.length] }, 'encoder.bias': { dtype: 'F32', shape: [8], data_offsets: [bytes.length, bytes.length + 32] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(tensors.length));
  writeFileSync(join(folder, 'encoder.safetensors'), Buffer.concat([length, Buffer.from(tensors), bytes, bytes.subarray(0, 32)]));
  writeFileSync(join(folder, 'model.gguf'), Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(60)]));
}
