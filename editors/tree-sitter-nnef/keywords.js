// The words of the language that stand in rules with others; grammar.js takes them from here.
module.exports = {
  // keywords: begin (written by tools/keywords.py)
  tensor: 'tensor',
  types: ['integer', 'scalar', 'logical', 'string'],
  functions: ['shape_of', 'length_of', 'range_of'],
  truths: ['true', 'false'],
  // keywords: end
};
