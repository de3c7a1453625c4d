; As nvim-treesitter-textobjects reads it.
(fragment body: (body) @function.inner) @function.outer
(graph body: (body) @class.inner) @class.outer
(invocation arguments: (arguments) @call.inner) @call.outer
(assignment) @statement.outer
(assignment left: (_) @assignment.lhs right: (_) @assignment.rhs) @assignment.outer
(assignment right: (_) @assignment.inner)
(arguments (_) @parameter.inner @parameter.outer)
(parameters (_) @parameter.inner @parameter.outer)
(comment) @comment.outer
(number) @number.inner
