;;; nnef-mode.el --- Neural network models in NNEF  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Colours, indentation, and the server `nnef-lsp' by eglot: part of Emacs 29 and newer, a package for older ones (Debian:
;; elpa-eglot, else from GNU ELPA).  With the tree-sitter grammar installed (M-x nnef-install-grammar, Emacs 29) colours come
;; from it.  C-c C-r runs the graph, C-c C-v checks it against io.npz.

;;; Code:

(require 'seq)

(declare-function eglot-current-server "eglot")
(declare-function eglot--uri-to-path "eglot")
(declare-function jsonrpc-async-request "jsonrpc")
(declare-function treesit-ready-p "treesit")
(declare-function treesit-parser-create "treesit")
(declare-function treesit-font-lock-rules "treesit")
(declare-function treesit-major-mode-setup "treesit")
(declare-function treesit-node-child-by-field-name "treesit.c")
(declare-function treesit-node-text "treesit")
(declare-function treesit-install-language-grammar "treesit")
(defvar eglot-server-programs)
(defvar treesit-font-lock-settings)
(defvar treesit-font-lock-feature-list)
(defvar treesit-language-source-alist)
(defvar treesit-defun-type-regexp)
(defvar treesit-defun-name-function)
(defvar treesit-simple-imenu-settings)

(defgroup nnef nil "Neural network models in NNEF." :group 'languages)

(defcustom nnef-indent-offset 4 "Blanks for each level of brackets." :type 'integer :safe #'integerp)

;; keywords: begin (written by tools/keywords.py)
(defconst nnef-keywords '("version" "extension" "fragment" "graph" "if" "else" "for" "yield" "in")
  "Written by tools/keywords.py.")
(defconst nnef-types '("tensor" "integer" "scalar" "logical" "string")
  "Written by tools/keywords.py.")
(defconst nnef-builtins '("shape_of" "length_of" "range_of" "external" "variable" "constant" "update")
  "Written by tools/keywords.py.")
(defconst nnef-constants '("true" "false")
  "Written by tools/keywords.py.")
;; keywords: end

(defvar nnef-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (dolist (operator '(?+ ?- ?* ?/ ?^ ?= ?< ?> ?! ?& ?| ?? ?, ?\; ?: ?.))
      (modify-syntax-entry operator "." table))
    table)
  "Syntax table of `nnef-mode': operators are no part of the names beside them.")

(defvar nnef-font-lock-keywords
  `((,(regexp-opt nnef-keywords 'symbols) . font-lock-keyword-face)
    (,(regexp-opt nnef-types 'symbols) . font-lock-type-face)
    (,(regexp-opt nnef-constants 'symbols) . font-lock-constant-face)
    ("\\_<\\(?:fragment\\|graph\\)\\_>[ \t]+\\(\\_<[A-Za-z_][A-Za-z0-9_]*\\)" 1 font-lock-function-name-face)
    (,(concat (regexp-opt nnef-builtins 'symbols) "[ \t]*\\(?:<[^>\n]*>[ \t]*\\)?(") 1 font-lock-builtin-face)
    ("\\_<\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*\\(?:<[^>\n]*>[ \t]*\\)?(" 1 font-lock-function-name-face)
    ("^[ \t]*\\([A-Za-z_][A-Za-z0-9_]*\\)[ \t]*=[^=]" 1 font-lock-variable-name-face))
  "What `nnef-mode' colours.")

(defun nnef-indentation ()
  "The column of the line at point.
One level for each line before it that has brackets which are still open."
  (save-excursion
    (beginning-of-line)
    (let* ((line (line-beginning-position))
           (closes (looking-at-p "[ \t]*[])}]"))
           (open (nth 9 (syntax-ppss)))
           (rows (seq-uniq (mapcar (lambda (at) (save-excursion (goto-char at) (line-beginning-position))) open)))
           (levels (length rows)))
      ;; A bracket that closes here stands below the line that opened it, and so does what follows on it.
      (when (and closes open
                 (save-excursion
                   (skip-chars-forward " \t")
                   (while (and (looking-at-p "[])}]") (< (point) (line-end-position))) (forward-char))
                   (let ((left (nth 9 (syntax-ppss (point)))))
                     (< (length (seq-uniq (mapcar (lambda (at) (save-excursion (goto-char at) (line-beginning-position)))
                                                  (seq-filter (lambda (at) (< at line)) left))))
                        levels))))
        (setq levels (1- levels)))
      (* nnef-indent-offset levels))))

(defun nnef-indent-line ()
  "Indent the line at point as `nnef-lsp fmt' does."
  (interactive)
  (unless (nth 3 (save-excursion (syntax-ppss (line-beginning-position))))
    (let ((column (nnef-indentation)))
      (if (<= (current-column) (current-indentation))
          (indent-line-to column)
        (save-excursion (indent-line-to column))))))

(defvar nnef-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-r") #'nnef-run)
    (define-key map (kbd "C-c C-v") #'nnef-check)
    map)
  "Keys of `nnef-mode'.")

;;;###autoload
(define-derived-mode nnef-mode prog-mode "NNEF"
  "Neural network models in NNEF.

\\{nnef-mode-map}"
  (setq-local comment-start "# " comment-end "" comment-start-skip "#+[ \t]*")
  (setq-local indent-line-function #'nnef-indent-line)
  (setq-local indent-tabs-mode nil tab-width nnef-indent-offset)
  (setq-local electric-indent-chars (append '(?\} ?\) ?\]) electric-indent-chars))
  (setq-local imenu-generic-expression '((nil "^[ \t]*\\(?:fragment\\|graph\\)[ \t]+\\([A-Za-z_][A-Za-z0-9_]*\\)" 1)))
  (setq-local beginning-of-defun-function (lambda (&optional count) (re-search-backward "^[ \t]*\\(?:fragment\\|graph\\)\\_>" nil t (or count 1))))
  (setq-local end-of-defun-function (lambda () (when (re-search-forward "{" nil t) (backward-char) (forward-list))))
  (setq font-lock-defaults '(nnef-font-lock-keywords))
  (nnef--use-grammar))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.\\(?:nnef\\|quant\\)\\'" . nnef-mode))

;;; The tree-sitter grammar, where Emacs has tree-sitter and the grammar is installed.

(defun nnef-install-grammar ()
  "Compile the tree-sitter grammar that lies beside this file; needs a C compiler."
  (interactive)
  (let* ((here (file-name-directory (or (locate-library "nnef-mode") (symbol-file 'nnef-mode) default-directory)))
         (source (expand-file-name "tree-sitter-nnef/src" here))
         (folder (locate-user-emacs-file "tree-sitter"))
         (library (expand-file-name (concat "libtree-sitter-nnef" (or (bound-and-true-p module-file-suffix) ".so")) folder)))
    (make-directory folder t)
    (with-temp-buffer
      (unless (zerop (call-process "cc" nil t nil "-shared" "-fPIC" "-O2" "-I" source
                                   (expand-file-name "parser.c" source) "-o" library))
        (error "The grammar could not be compiled: %s" (buffer-string))))
    (message "Installed %s; it is used in buffers that are opened from now on" library)))

(defun nnef--use-grammar ()
  "Colour by the tree-sitter grammar if it can be had; without it nothing changes."
  (when (and (fboundp 'treesit-available-p) (treesit-available-p) (require 'treesit nil t) (treesit-ready-p 'nnef t))
    (treesit-parser-create 'nnef)
    (setq-local treesit-font-lock-feature-list '((comment definition) (keyword string type) (constant number function property) (operator bracket)))
    (setq-local treesit-font-lock-settings
                (treesit-font-lock-rules
                 :language 'nnef :feature 'comment '((comment) @font-lock-comment-face)
                 :language 'nnef :feature 'string '((string) @font-lock-string-face)
                 :language 'nnef :feature 'number '((number) @font-lock-number-face)
                 :language 'nnef :feature 'constant '((truth) @font-lock-constant-face)
                 :language 'nnef :feature 'keyword `([,@nnef-keywords] @font-lock-keyword-face)
                 :language 'nnef :feature 'type '([(type_name) (generic) "tensor"] @font-lock-type-face)
                 :language 'nnef :feature 'definition
                 '((graph name: (_) @font-lock-function-name-face)
                   (fragment name: (_) @font-lock-function-name-face)
                   (parameter name: (_) @font-lock-variable-name-face)
                   (result name: (_) @font-lock-variable-name-face)
                   (assignment left: (_) @font-lock-variable-name-face))
                 :language 'nnef :feature 'function
                 `(((invocation function: (identifier) @font-lock-builtin-face)
                    (:match ,(concat "\\`" (regexp-opt nnef-builtins) "\\'") @font-lock-builtin-face))
                   (builtin function: _ @font-lock-builtin-face)
                   (invocation function: (_) @font-lock-function-call-face))
                 :language 'nnef :feature 'property '((argument name: (_) @font-lock-property-use-face))
                 :language 'nnef :feature 'operator '(["->" "=" "==" "!=" "<=" ">=" "&&" "||" "+" "-" "*" "/" "^" "!"] @font-lock-operator-face)
                 :language 'nnef :feature 'bracket '(["(" ")" "[" "]" "{" "}"] @font-lock-bracket-face)))
    (setq-local treesit-defun-type-regexp "\\`\\(?:fragment\\|graph\\)\\'")
    (setq-local treesit-defun-name-function (lambda (node) (treesit-node-text (treesit-node-child-by-field-name node "name") t)))
    (setq-local treesit-simple-imenu-settings '((nil "\\`\\(?:fragment\\|graph\\)\\'" nil nil)))
    (treesit-major-mode-setup)))

;;; The server.

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(nnef-mode . ("nnef-lsp"))))
(add-hook 'nnef-mode-hook #'nnef-ensure-server)

(defun nnef-ensure-server ()
  "Start the server where eglot is there and the text is a file."
  (when (and buffer-file-name (require 'eglot nil t)) (eglot-ensure)))

(defun nnef--command (command)
  "Have the server execute COMMAND for this buffer, and show its report."
  (let ((server (or (and (fboundp 'eglot-current-server) (eglot-current-server)) (user-error "nnef-lsp is not running here"))))
    (eglot--signal-textDocument/didChange)
    (jsonrpc-async-request
     server :workspace/executeCommand
     (list :command command :arguments (vector (list :uri (plist-get (eglot--TextDocumentIdentifier) :uri))))
     :success-fn (lambda (result) (nnef--show result))
     :error-fn (lambda (problem) (message "nnef-lsp: %s" (plist-get problem :message)))
     :timeout 3600)))

(defvar nnef-report nil "The file of the last report.")

(defun nnef--show (result)
  "Show the report of a run, whose RESULT names its file, beside the graph."
  (let ((report (plist-get result :report)))
    (when (and report (file-readable-p report))
      (setq nnef-report report)
      (with-current-buffer (find-file-noselect report t)
        (revert-buffer t t t)
        (view-mode 1)
        (display-buffer (current-buffer))))))

(declare-function eglot--signal-textDocument/didChange "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function eglot-ensure "eglot")

(defun nnef-run ()
  "Run the graph of this buffer on random numbers."
  (interactive)
  (nnef--command "nnef.runGraph"))

(defun nnef-check ()
  "Run the graph on the inputs of io.npz beside it, and compare what comes out."
  (interactive)
  (nnef--command "nnef.checkGraph"))

(provide 'nnef-mode)
;;; nnef-mode.el ends here
