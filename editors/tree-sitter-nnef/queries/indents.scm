; As nvim-treesitter reads it.
[(body) (parameters) (results) (graph_inputs) (graph_outputs) (arguments) (array) (comprehension) (tuple) (parenthesized)] @indent.begin
["}" ")" "]"] @indent.branch @indent.end
(comment) @indent.auto
(ERROR "{") @indent.begin
