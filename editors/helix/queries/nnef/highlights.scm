; Colours, with the names that Helix' themes know.
(comment) @comment
(string) @string
(number) @constant.numeric
(truth) @constant.builtin.boolean

(extension name: (_) @namespace)
(payload (symbol) @operator)

(graph name: (_) @type)
(fragment name: (_) @function)
(argument name: (_) @variable.other.member)
(parameter name: (_) @variable.parameter)
(result name: (_) @variable.parameter)
(graph_inputs (_) @variable.parameter)
(graph_outputs (_) @variable.parameter)
(assignment left: (_) @variable)
(generic) @type.builtin
(type_name) @type.builtin

(quantization tensor: (_) @label)

["->" "=" "==" "!=" "<=" ">=" "&&" "||" "+" "-" "*" "/" "^" "!"] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ";" ":"] @punctuation.delimiter

; keywords: begin (written by tools/keywords.py)
["version" "extension"] @keyword.directive
["fragment" "graph"] @keyword.function
["tensor"] @type.builtin
(builtin function: ["integer" "scalar" "logical" "string"] @function.builtin)
["shape_of" "length_of" "range_of"] @function.builtin
["if" "else"] @keyword.control.conditional
["for" "yield"] @keyword.control.repeat
["in"] @keyword.operator
((invocation function: (identifier) @function.builtin) (#match? @function.builtin "^(external|variable|constant|update)$"))
((invocation function: (identifier) @function) (#not-match? @function "^(external|variable|constant|update)$"))
(invocation function: (quoted_identifier) @function)
; keywords: end
