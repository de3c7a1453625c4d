autocmd BufNewFile,BufRead *.nnef,*.quant setfiletype nnef
