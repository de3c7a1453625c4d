(fragment name: (_) @name) @definition.function
(graph name: (_) @name) @definition.class
(invocation function: (_) @name) @reference.call
