;; Emacs 29 or newer; with Emacs 26 to 28 install eglot first (Debian: elpa-eglot, else from GNU ELPA).
(define-derived-mode nnef-mode prog-mode "NNEF"
  "Neural network models in NNEF."
  (setq-local comment-start "# " comment-start-skip "#+ *")
  (modify-syntax-entry ?# "<") (modify-syntax-entry ?\n ">")
  (modify-syntax-entry ?' "\"") (modify-syntax-entry ?_ "_")
  (setq font-lock-defaults
        '((("\\_<\\(version\\|extension\\|fragment\\|graph\\|if\\|else\\|for\\|in\\|yield\\)\\_>" . font-lock-keyword-face)
           ("\\_<\\(tensor\\|integer\\|scalar\\|logical\\|string\\)\\_>" . font-lock-type-face)
           ("\\_<\\([A-Za-z_][A-Za-z0-9_]*\\)(" 1 font-lock-function-name-face)))))
(add-to-list 'auto-mode-alist '("\\.\\(nnef\\|quant\\)\\'" . nnef-mode))
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(nnef-mode . ("nnef-lsp"))))
(add-hook 'nnef-mode-hook #'eglot-ensure)
