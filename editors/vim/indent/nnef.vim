" Four blanks for each line with brackets that are still open, as `nnef-lsp fmt` writes it.
if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=NnefIndent(v:lnum) indentkeys=0{,0},0),0],o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*NnefIndent')
  finish
endif

" A line without its comment and its strings.
function! s:Code(line) abort
  return substitute(getline(a:line), '\v"(\\.|[^"\\])*"|''(\\.|[^''\\])*''|#.*$', '', 'g')
endfunction

" How many brackets a text leaves open; less than 0: it closes some of those before.
function! s:Opened(text) abort
  return len(substitute(a:text, '[^([{]', '', 'g')) - len(substitute(a:text, '[^)\]}]', '', 'g'))
endfunction

function! NnefIndent(line) abort
  let previous = prevnonblank(a:line - 1)
  while previous > 1 && getline(previous) =~# '^\s*#'
    let previous = prevnonblank(previous - 1)
  endwhile
  if previous == 0
    return 0
  endif
  let code = s:Code(previous)
  " Brackets that a line begins with have moved it to the left already.
  let opened = s:Opened(substitute(code, '^\s*[)\]}]\+', '', ''))
  let indent = indent(previous)
  if opened > 0
    let indent += shiftwidth()
  elseif opened < 0
    let indent -= shiftwidth()
  endif
  if getline(a:line) =~# '^\s*[)\]}]'
    let indent -= shiftwidth()
  endif
  return max([indent, 0])
endfunction
