# NNEF: colours, indentation, comments; and the server by kak-lsp.

hook global BufCreate .*[.](?:nnef|quant) %{
    set-option buffer filetype nnef
}

hook global WinSetOption filetype=nnef %{
    require-module nnef
    set-option window static_words %opt{nnef_static_words}
    hook window InsertChar \n -group nnef-indent nnef-indent-on-new-line
    hook window InsertChar [\x29\x5d\x7d] -group nnef-indent nnef-indent-on-closing
    hook -once -always window WinSetOption filetype=.* %{ remove-hooks window nnef-.+ }
}

hook -group nnef-highlight global WinSetOption filetype=nnef %{
    add-highlighter window/nnef ref nnef
    hook -once -always window WinSetOption filetype=.* %{ remove-highlighter window/nnef }
}

hook global BufSetOption filetype=nnef %{
    set-option buffer comment_line '#'
    set-option buffer indentwidth 4
    set-option buffer tabstop 4
    # kak-lsp 18 and newer reads this.
    try %{
        set-option buffer lsp_servers %{
            [nnef-lsp]
            root_globs = ["graph.nnef", ".nnef-lsp.toml"]
        }
    }
}

provide-module nnef %{

add-highlighter shared/nnef regions
add-highlighter shared/nnef/code default-region group
add-highlighter shared/nnef/comment region '#' '$' fill comment
add-highlighter shared/nnef/single region "'" (?<!\\)(\\\\)*('|$) fill string
add-highlighter shared/nnef/double region '"' (?<!\\)(\\\\)*("|$) fill string
add-highlighter shared/nnef/code/ regex \b([A-Za-z_]\w*)\h*(?:<[^>\n]*>\h*)?\( 1:function
add-highlighter shared/nnef/code/ regex \b(?:fragment|graph)\h+([A-Za-z_]\w*) 1:function
add-highlighter shared/nnef/code/ regex ^\h*([A-Za-z_]\w*)\h*=(?!=) 1:variable
add-highlighter shared/nnef/code/ regex \b\d+(\.\d*)?([eE][+-]?\d+)? 0:value
add-highlighter shared/nnef/code/ regex (->|[-+*/^=<>!&|]) 0:operator
# keywords: begin (written by tools/keywords.py)
add-highlighter shared/nnef/code/ regex \b(version|extension)\b 0:meta
add-highlighter shared/nnef/code/ regex \b(fragment|graph)\b 0:keyword
add-highlighter shared/nnef/code/ regex \b(tensor)\b 0:type
add-highlighter shared/nnef/code/ regex \b(integer|scalar|logical|string)\b 0:type
add-highlighter shared/nnef/code/ regex \b(shape_of|length_of|range_of)\b 0:builtin
add-highlighter shared/nnef/code/ regex \b(if|else)\b 0:keyword
add-highlighter shared/nnef/code/ regex \b(for|yield)\b 0:keyword
add-highlighter shared/nnef/code/ regex \b(in)\b 0:keyword
add-highlighter shared/nnef/code/ regex \b(true|false)\b 0:value
add-highlighter shared/nnef/code/ regex \b(external|variable|constant|update)\h*(?:<[^>\n]*>\h*)?\( 1:builtin
declare-option -hidden str-list nnef_static_words version extension fragment graph tensor integer scalar logical string shape_of length_of range_of if else for yield in true false
# keywords: end

# Brackets are \x28 ( \x29 ) \x5b [ \x5d ] \x7b { \x7d }: Kakoune counts those that are written as they are.
define-command -hidden nnef-indent-on-new-line %{
    evaluate-commands -draft -itersel %{
        # as the line before, one step more behind a bracket that stays open at its end
        try %{ execute-keys -draft <semicolon>K<a-&> }
        try %{ execute-keys -draft kx<a-k>[\x28\x5b\x7b]\h*(#[^\n]*)?$<ret>j<a-gt> }
        try %{ execute-keys -draft kxs\h+$<ret>d }
    }
}

define-command -hidden nnef-indent-on-closing %{
    # a bracket alone on its line stands below the line that opened it
    try %{ execute-keys -draft <a-h><a-:><a-k>^\h*[\x29\x5d\x7d]$<ret>hms\A|.\z<ret>1<a-&> }
}

}
