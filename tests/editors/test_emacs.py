"""Real Emacsen in a terminal, with the line that docs/editors.md gives as their init file, do what a person does.

Emacs 29 and newer have eglot; older ones need it as a package (Debian: elpa-eglot).
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ..server.talk import MODEL, model_folder
from .terminal import INSTALL, PAUSES, ROOT, Terminal, at_three_speeds, editor, settled
from .test_neovim_typing import GRAPH, TYPED

LINE = '(load "/path/to/nnef-lsp/editors/nnef-mode.el")'

STEPS = r"""
(require 'json)
(defvar found nil)
(defun note (key value) (push (cons key value) found))
(defun waited (condition)
  (let ((end (+ (float-time) 40)) done)
    (while (and (not (setq done (funcall condition))) (< (float-time) end)) (sit-for 0.05))
    (if done t :json-false)))
(defun before (text) (goto-char (point-min)) (search-forward text) (goto-char (match-beginning 0)))
(defun shown-by-eldoc ()
  (mapconcat (lambda (b) (if (string-match-p "eldoc" (buffer-name b)) (with-current-buffer b (buffer-string)) "")) (buffer-list) ""))

(defun steps ()
  (condition-case problem
      (progn
        (find-file (getenv "NNEF_GRAPH"))
        (note 'mode (symbol-name major-mode))
        (note 'attached (waited (lambda () (run-hooks 'post-command-hook) (and (fboundp 'eglot-current-server) (eglot-current-server)))))
        (note 'diagnosed (waited #'flymake-diagnostics))
        (note 'diagnostics
              (vconcat (mapcar (lambda (d) (vector (flymake-diagnostic-text d) (line-number-at-pos (flymake-diagnostic-beg d))
                                                   (buffer-substring-no-properties (flymake-diagnostic-beg d) (flymake-diagnostic-end d))))
                               (flymake-diagnostics))))
        (before "mistake") (delete-char (length "mistake")) (insert "x")
        (note 'mended (waited (lambda () (not (flymake-diagnostics)))))

        (before "k = variable")
        (note 'hover (waited (lambda () (eldoc) (sit-for 0.2) (string-match-p "4, 3, 3, 3" (shown-by-eldoc)))))
        (note 'card (substring-no-properties (shown-by-eldoc)))

        (before "block(c") (call-interactively #'xref-find-definitions)
        (note 'definition (progn (beginning-of-line) (looking-at "fragment block")))
        (before "block(c") (eglot-rename "pooled")
        (note 'renamed (buffer-substring-no-properties (point-min) (point-max)))

        (before "    y = ") (insert "    q = max_po\n") (backward-char)
        (sit-for 0.5)
        (note 'completions
              (pcase (run-hook-wrapped 'completion-at-point-functions (lambda (f) (let ((r (funcall f))) (and (consp r) r))))
                (`(,start ,end ,table . ,_)
                 (vconcat (mapcar #'substring-no-properties (all-completions (buffer-substring-no-properties start end) table))))))
        (beginning-of-line) (delete-region (point) (progn (forward-line) (point)))
        (sit-for 0.5)
        (nnef-run)
        (note 'ran (waited (lambda () (get-file-buffer (or nnef-report "nowhere")))))
        (note 'report (if nnef-report (with-current-buffer (get-file-buffer nnef-report) (buffer-string)) ""))
        (note 'messages (with-current-buffer "*Messages*" (buffer-string)))
        (set-buffer-modified-p nil)
        (eglot-shutdown (eglot-current-server))
        (note 'stopped (waited (lambda () (not (eglot-current-server))))))
    (error (note 'problem (format "%S" problem))))
  (with-temp-file (getenv "NNEF_ANSWERS") (insert (json-encode found)))
  (kill-emacs))
(run-with-timer 0.3 nil #'steps)
"""


def with_eglot(command: str) -> str | None:
    """The path of an Emacs that can be a client at all."""
    path = editor(command)
    if path is None:
        return None
    asked = subprocess.run(
        [path, "--batch", "--eval", '(kill-emacs (if (locate-library "eglot") 0 1))'], capture_output=True
    )
    return path if asked.returncode == 0 else None


EMACSEN = [
    pytest.param(path, id=command, marks=pytest.mark.skipif(path is None, reason=f"{command} with eglot is not there {INSTALL}"))
    for command in ("emacs", "emacs30")
    for path in [with_eglot(command)]
]  # fmt: skip


def test_the_line_is_the_documented_one() -> None:
    assert f"```elisp\n{LINE}\n```" in (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("emacs", EMACSEN)
def test_a_session_in_emacs(tmp_path: Path, emacs: str) -> None:
    found = session(tmp_path, emacs)
    assert "problem" not in found, found
    assert found["mode"] == "nnef-mode" and found["attached"] is True and found["diagnosed"] is True
    ((message, line, text),) = found["diagnostics"]
    assert "'mistake' is not defined" in message and text == "mistake"
    assert line == MODEL[: MODEL.index("conv(x")].count("\n") + 1
    assert found["mended"] is True and found["hover"] is True
    assert "k.dat" in found["card"] and found["definition"] is True
    assert "fragment pooled(" in found["renamed"] and "y = pooled(c, n = 2);" in found["renamed"]
    assert any(item.strip().startswith("max_pool") for item in found["completions"])
    assert found["ran"] is True and "| y " in found["report"], found
    assert "Ran in " in found["messages"]
    assert found["stopped"] is True


def initial(folder: Path) -> dict[str, str]:
    """The environment of an Emacs whose init file is the documented line."""
    environment = settled(folder)
    (folder / "home" / ".emacs.d").mkdir()
    line = LINE.replace("/path/to/nnef-lsp", str(ROOT))
    (folder / "home" / ".emacs.d" / "init.el").write_text(line + "\n", encoding="utf-8")
    return environment


def session(folder: Path, emacs: str) -> dict[str, Any]:
    """What Emacs found."""
    graph = model_folder(folder / "model", MODEL.replace("conv(x", "conv(mistake"))
    (folder / "steps.el").write_text(STEPS, encoding="utf-8")
    answers = folder / "answers"
    environment = {**initial(folder), "NNEF_GRAPH": str(graph), "NNEF_ANSWERS": str(answers)}
    terminal = Terminal([emacs, "-nw", "-l", str(folder / "steps.el")], environment, folder)
    terminal.close(110)
    assert answers.exists(), terminal.text[-2000:]
    found: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("emacs", EMACSEN)
def test_typing_in_emacs(tmp_path: Path, emacs: str) -> None:
    """Key by key at three speeds, at the same time; the new lines are indented by Emacs."""
    found = at_three_speeds(lambda folder, pause: typed(folder, emacs, pause), tmp_path)
    wanted = GRAPH.replace("    y =", "    " + TYPED.replace("\r", "\n    ") + "\n    y =")
    assert found == dict.fromkeys(PAUSES, wanted)


def typed(folder: Path, emacs: str, pause: int) -> str:
    """What is in the file after keys that come so many milliseconds apart."""
    graph = folder / "model" / "graph.nnef"
    graph.parent.mkdir()
    graph.write_text(GRAPH, encoding="utf-8")
    terminal = Terminal([emacs, "-nw", "+5", str(graph)], initial(folder), folder)
    assert terminal.shows("[eglot:"), terminal.text[-2000:]
    terminal.type(["\x05", "\r", *TYPED], pause / 1000)
    terminal.type("\x18\x13\x18\x03", 0.2)
    terminal.close()
    return graph.read_text(encoding="utf-8")


INDENTED = """\
version 1.0;

# a comment (with an open bracket
fragment f(
    a: tensor<scalar>,
    b: integer[] = [1, 2]
) -> ( c: tensor<scalar> )
{
    # not { counted
    c = conv(
        a,
        [
            1, 'it\\'s (', 2
        ],
        size = [1, 1]
    );
    d = relu(conv(c, [1,
        2]));
}

graph g( x ) -> ( y )
{
    x = external(shape = [1]);
    y = f(x);
}
"""


@pytest.mark.parametrize("emacs", EMACSEN)
def test_emacs_indents_comments_and_knows_names(tmp_path: Path, emacs: str) -> None:
    flat = "\n".join(line.strip() for line in INDENTED.split("\n"))
    (tmp_path / "flat.nnef").write_text(flat, encoding="utf-8")
    script = rf"""
      (load "{ROOT}/editors/nnef-mode.el") (require 'thingatpt) (require 'imenu)
      (with-temp-buffer (insert-file-contents "{tmp_path}/flat.nnef") (nnef-mode)
        (indent-region (point-min) (point-max)) (write-region nil nil "{tmp_path}/indented.nnef" nil 0))
      (with-temp-buffer (insert "y = add(edges+strok, x<scalar>);") (nnef-mode)
        (search-backward "strok") (princ (thing-at-point 'symbol)) (princ " ")
        (search-forward "<sc") (princ (thing-at-point 'symbol)) (princ " ")
        (comment-region (point-min) (point-max)) (princ (buffer-string)) (princ " ")
        (uncomment-region (point-min) (point-max)) (princ (buffer-string)))
      (with-temp-buffer (insert-file-contents "{tmp_path}/indented.nnef") (nnef-mode)
        (font-lock-ensure)
        (dolist (word '("fragment" "tensor" "conv(" "external" "# not"))
          (goto-char (point-min)) (search-forward word)
          (princ (format " %s" (get-text-property (match-beginning 0) 'face))))
        (princ (format " %s" (mapcar #'car (funcall imenu-create-index-function)))))
    """
    (tmp_path / "script.el").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [emacs, "-Q", "--batch", "-l", str(tmp_path / "script.el")], capture_output=True, text=True, timeout=60
    )
    assert (tmp_path / "indented.nnef").read_text(encoding="utf-8") == INDENTED, done.stderr
    code = "y = add(edges+strok, x<scalar>);"
    faces = "font-lock-keyword-face font-lock-type-face font-lock-function-name-face font-lock-builtin-face"
    assert done.stdout.startswith(f"strok scalar # {code} {code} {faces} "), done.stdout
    assert done.stdout.endswith(" (f g)") or done.stdout.endswith(" (g f)"), done.stdout


@pytest.mark.parametrize("emacs", EMACSEN)
def test_emacs_uses_the_grammar_once_it_is_installed(tmp_path: Path, emacs: str) -> None:
    asked = subprocess.run(
        [emacs, "--batch", "--eval", "(kill-emacs (if (and (fboundp 'treesit-available-p) (treesit-available-p)) 0 1))"]
    )
    if asked.returncode:
        pytest.skip("this Emacs has no tree-sitter (29 and newer may have it)")
    (tmp_path / "a.nnef").write_text(INDENTED, encoding="utf-8")
    script = rf"""
      (setq user-emacs-directory "{tmp_path}/")
      (load "{ROOT}/editors/nnef-mode.el") (nnef-install-grammar)
      (with-temp-buffer (insert-file-contents "{tmp_path}/a.nnef") (nnef-mode) (font-lock-ensure)
        (dolist (word '("fragment" "tensor" "scalar" "conv(" "external" "size" "# not" "c = "))
          (goto-char (point-min)) (search-forward word)
          (princ (format "%s " (get-text-property (match-beginning 0) 'face))))
        (goto-char (point-max)) (beginning-of-defun) (princ (buffer-substring (point) (line-end-position)))
        (princ (length (treesit-parser-list))))
    """
    (tmp_path / "script.el").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [emacs, "-Q", "--batch", "-l", str(tmp_path / "script.el")], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == (
        "font-lock-keyword-face font-lock-type-face font-lock-type-face font-lock-function-call-face font-lock-builtin-face "
        "font-lock-property-use-face font-lock-comment-face font-lock-variable-name-face graph g( x ) -> ( y )1"
    ), done.stderr


@pytest.mark.parametrize("emacs", EMACSEN)
def test_the_mode_compiles_without_a_warning(tmp_path: Path, emacs: str) -> None:
    command = [
        emacs, "-Q", "--batch", "--eval", f'(setq byte-compile-error-on-warn t byte-compile-dest-file-function (lambda (f) "{tmp_path}/a.elc"))',
        "-f", "batch-byte-compile", str(ROOT / "editors" / "nnef-mode.el"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
