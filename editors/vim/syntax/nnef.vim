if exists('b:current_syntax')
  finish
endif

syntax match nnefCall /\<[A-Za-z_]\w*\>\ze\s*\%(<[^>]*>\s*\)\?(/
syntax match nnefArgument /\<[A-Za-z_]\w*\>\ze\s*==\@!/ contained
syntax match nnefOperator /->\|[-+*\/^!=<>|&]/
" keywords: begin (written by tools/keywords.py)
syntax keyword nnefPreProc version extension
syntax keyword nnefStructure fragment graph
syntax keyword nnefType tensor
syntax keyword nnefType integer scalar logical string
syntax keyword nnefBuiltin shape_of length_of range_of
syntax keyword nnefConditional if else
syntax keyword nnefRepeat for yield
syntax keyword nnefOperator in
syntax keyword nnefBoolean true false
syntax match nnefStorage /\<\%(external\|variable\|constant\|update\)\>\ze\s*\%(<[^>]*>\s*\)\?(/
" keywords: end
syntax match nnefName /\%(\<\%(fragment\|graph\)\s\+\)\@<=[A-Za-z_]\w*/
syntax match nnefNumber /\<\d\+\%(\.\d*\)\?\%([eE][+-]\?\d\+\)\?/
syntax region nnefString start=/'/ skip=/\\\\\|\\'/ end=/'/ oneline
syntax region nnefString start=/"/ skip=/\\\\\|\\"/ end=/"/ oneline
syntax region nnefArguments start=/(/ end=/)/ transparent contains=ALLBUT,nnefTodo fold
syntax region nnefBody start=/{/ end=/}/ transparent contains=TOP fold
syntax keyword nnefTodo TODO FIXME XXX contained
syntax match nnefComment /#.*$/ contains=nnefTodo,@Spell
syntax sync minlines=200

highlight default link nnefComment Comment
highlight default link nnefTodo Todo
highlight default link nnefString String
highlight default link nnefNumber Number
highlight default link nnefBoolean Boolean
highlight default link nnefPreProc PreProc
highlight default link nnefStructure Keyword
highlight default link nnefName Function
highlight default link nnefType Type
highlight default link nnefBuiltin Function
highlight default link nnefStorage Special
highlight default link nnefCall Function
highlight default link nnefArgument Identifier
highlight default link nnefConditional Conditional
highlight default link nnefRepeat Repeat
highlight default link nnefOperator Operator

let b:current_syntax = 'nnef'
