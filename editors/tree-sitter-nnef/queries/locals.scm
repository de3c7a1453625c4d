(graph) @local.scope
(fragment) @local.scope
(comprehension) @local.scope
(parameter name: (identifier) @local.definition.parameter)
(graph_inputs (identifier) @local.definition.parameter)
(assignment left: (identifier) @local.definition.var)
(iterator (identifier) @local.definition.var)
(fragment name: (identifier) @local.definition.function)
(identifier) @local.reference
