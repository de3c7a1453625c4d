; Colours, with the names that Neovim's themes know.
(identifier) @variable
(comment) @comment
(string) @string
(number) @number
(truth) @boolean

(extension name: (_) @module)
(payload (symbol) @operator)

(graph name: (_) @type)
(fragment name: (_) @function)
(invocation function: (_) @function.call)
(argument name: (_) @property)
(parameter name: (_) @variable.parameter)
(result name: (_) @variable.parameter)
(graph_inputs (_) @variable.parameter)
(graph_outputs (_) @variable.parameter)
(assignment left: (identifier) @variable)
(generic) @type.builtin
(type_name) @type.builtin

; The data that a variable reads is a file of this name.
((argument name: (identifier) @_name value: (string) @string.special.path) (#eq? @_name "label"))
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
["if" "else"] @keyword.conditional
["for" "yield"] @keyword.repeat
["in"] @keyword.operator
((invocation function: (identifier) @function.builtin) (#match? @function.builtin "^(external|variable|constant|update)$"))
; keywords: end
