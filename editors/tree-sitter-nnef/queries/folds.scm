[(body) (parameters) (arguments) (array) (comprehension)] @fold
(comment)+ @fold
