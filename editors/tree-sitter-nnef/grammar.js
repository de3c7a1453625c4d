// NNEF texts and graph.quant for editors: what `nnef_lsp/syntax/grammar.lark` takes, in tree-sitter's way.
//
// It takes a little more than the language does (any order of a document's parts, fragment libraries without a version), so
// that a text under edit keeps its colours; errors are the language server's to tell.
//
// After a change: `tree-sitter generate --abi=14` here, and `python tools/keywords.py --update` for the words.

const words = require('./keywords.js');

const BLANK = /[ \t\v\f\r\n]*/;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/;
const list = (rule) => optional(list1(rule));
const list1 = (rule) => seq(rule, repeat(seq(',', rule)));

module.exports = grammar({
  name: 'nnef',
  word: ($) => $.identifier,
  extras: ($) => [/[ \t\v\f\r\n]/, $.comment],
  supertypes: ($) => [$._expression, $._type],

  rules: {
    document: ($) => repeat(choice($.version, $.extension, $.fragment, $.graph, $.quantization)),

    version: ($) => seq('version', $.number, ';'),

    // Behind the name: more names, or a vendor's own text, `extension tract_assert S >= 1;`.
    extension: ($) => seq('extension', field('name', $._name), optional($.payload), ';'),
    payload: ($) => repeat1(choice($._name, $.number, $.string, $.symbol)),
    symbol: () => token(prec(-1, /[^A-Za-z0-9_\s;'"#]/)),

    fragment: ($) => seq(
      'fragment', field('name', $._name), optional(field('generic', choice($.generic, $.generic_default))),
      field('parameters', $.parameters), '->', field('results', $.results), choice(field('body', $.body), ';'),
    ),
    parameters: ($) => seq('(', list($.parameter), ')'),
    parameter: ($) => seq(field('name', $._name), ':', field('type', $._type), optional(seq('=', field('default', $._expression)))),
    results: ($) => seq('(', list($.result), ')'),
    result: ($) => seq(field('name', $._name), ':', field('type', $._type)),
    generic_default: ($) => seq('<', '?', '=', $.type_name, '>'),

    graph: ($) => seq(
      'graph', field('name', $._name), field('inputs', $.graph_inputs), '->', field('outputs', $.graph_outputs), field('body', $.body),
    ),
    graph_inputs: ($) => seq('(', list($._name), ')'),
    graph_outputs: ($) => seq('(', list($._name), ')'),

    body: ($) => seq('{', repeat($.assignment), '}'),
    assignment: ($) => seq(list1(field('left', $._target)), '=', field('right', $._expression), ';'),
    _target: ($) => choice($._name, $.target_array, $.target_tuple),
    target_array: ($) => seq('[', list($._target), ']'),
    target_tuple: ($) => seq('(', list1($._target), ')'),

    quantization: ($) => seq(field('tensor', $._quoted), ':', field('value', $.invocation), ';'),
    _quoted: ($) => choice($.string, $.quoted_identifier),

    _type: ($) => choice($.type_name, $.tensor_type, $.array_type, $.tuple_type),
    type_name: ($) => choice(...words.types, '?', $.identifier),
    tensor_type: ($) => seq(words.tensor, '<', optional($.type_name), '>'),
    array_type: ($) => seq($._type, '[', ']'),
    tuple_type: ($) => seq('(', list1($._type), ')'),

    _expression: ($) => choice($._logical, $.membership, $.conditional),
    conditional: ($) => prec.right(1, seq(
      field('then', choice($._logical, $.membership)), 'if', field('condition', choice($._logical, $.membership)),
      'else', field('else', $._expression),
    )),
    membership: ($) => prec.left(2, seq(choice($._logical, $.membership), 'in', $._logical)),
    _logical: ($) => choice(
      $.binary, $.unary, $.subscript, $._name, $.number, $.string, $.truth, $.parenthesized, $.tuple, $.array, $.comprehension,
      $.builtin, $.invocation,
    ),
    binary: ($) => choice(
      ...[
        [3, choice('&&', '||')],
        [4, choice('<', '<=', '>', '>=', '==', '!=')],
        [5, choice('+', '-')],
        [6, choice('*', '/')],
        [8, '^'],
      ].map(([level, operators]) => prec.left(level, seq(field('left', $._logical), field('operator', operators), field('right', $._logical)))),
    ),
    unary: ($) => prec(7, seq(field('operator', choice('-', '+', '!')), field('operand', $._logical))),
    subscript: ($) => prec(9, seq(
      field('value', $._logical), '[', choice($._expression, seq(optional($._expression), ':', optional($._expression))), ']',
    )),
    parenthesized: ($) => seq('(', $._expression, ')'),
    tuple: ($) => seq('(', optional(seq($._expression, repeat1(seq(',', $._expression)))), ')'),
    array: ($) => seq('[', list($._expression), ']'),
    comprehension: ($) => seq('[', 'for', list1($.iterator), optional(seq('if', field('condition', $._expression))), 'yield', field('value', $._expression), ']'),
    iterator: ($) => seq($._target, 'in', $._logical),
    builtin: ($) => seq(field('function', choice(...words.functions, ...words.types)), '(', $._expression, ')'),
    invocation: ($) => seq(field('function', $._name), optional($.generic), field('arguments', $.arguments)),
    arguments: ($) => seq('(', list(choice($.argument, $._expression)), ')'),
    argument: ($) => seq(field('name', $._name), '=', field('value', $._expression)),

    // One token, or `conv<scalar>(x)` could not be told from two comparisons.
    generic: () => token(seq('<', BLANK, choice('?', NAME), BLANK, '>')),
    truth: () => choice(...words.truths),
    _name: ($) => choice($.identifier, $.quoted_identifier),
    identifier: () => NAME,
    quoted_identifier: () => token(prec(1, choice(/i'([^'\\\n]|\\[^\n])*'/, /i"([^"\\\n]|\\[^\n])*"/))),
    number: () => /[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?/,
    string: () => token(choice(/'([^'\\\n]|\\[^\n])*'/, /"([^"\\\n]|\\[^\n])*"/)),
    comment: () => token(/#[^\n\f]*/),
  },
});
