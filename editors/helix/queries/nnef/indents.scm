[(body) (parameters) (results) (graph_inputs) (graph_outputs) (arguments) (array) (comprehension) (tuple) (parenthesized)] @indent
["}" ")" "]"] @outdent
