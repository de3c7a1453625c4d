" nnef-lsp for ALE; editors/vim/ brings the file type.
call ale#linter#Define('nnef', {
\   'name': 'nnef-lsp',
\   'lsp': 'stdio',
\   'executable': 'nnef-lsp',
\   'command': '%e',
\   'project_root': {buffer -> fnamemodify(bufname(buffer), ':p:h')},
\   'language': 'nnef',
\})
augroup nnef_ale
  autocmd!
  autocmd FileType nnef setlocal omnifunc=ale#completion#OmniFunc
augroup END
