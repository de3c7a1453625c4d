(fragment body: (body) @function.inside) @function.around
(graph body: (body) @class.inside) @class.around
(arguments (_) @parameter.inside @parameter.around)
(parameters (_) @parameter.inside @parameter.around)
(array (_) @entry.inside @entry.around)
(comment) @comment.inside
(comment)+ @comment.around
