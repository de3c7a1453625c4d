"""A real Emacs in a terminal, with editors/emacs.el as its init file and eglot, does what a person does.

Emacs 29 has eglot; older ones need it as a package (Debian: elpa-eglot).
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .talk import MODEL, model_folder

ROOT = Path(__file__).parents[2]
EMACS = shutil.which("emacs")

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
        (set-buffer-modified-p nil)
        (eglot-shutdown (eglot-current-server))
        (note 'stopped (waited (lambda () (not (eglot-current-server))))))
    (error (note 'problem (format "%S" problem))))
  (with-temp-file (getenv "NNEF_ANSWERS") (insert (json-encode found)))
  (kill-emacs))
(run-with-timer 0.3 nil #'steps)
"""


def has_eglot() -> bool:
    """Whether this Emacs can be a client at all."""
    if EMACS is None or sys.platform == "win32":
        return False
    asked = subprocess.run(
        [EMACS, "--batch", "--eval", '(kill-emacs (if (locate-library "eglot") 0 1))'], capture_output=True
    )
    return asked.returncode == 0


def test_the_file_is_the_documented_one() -> None:
    assert "editors/emacs.el" in (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not has_eglot(), reason="Emacs with eglot is not installed")
def test_a_session_in_emacs(tmp_path: Path) -> None:
    found = session(tmp_path)
    assert "problem" not in found, found
    assert found["mode"] == "nnef-mode" and found["attached"] is True and found["diagnosed"] is True
    ((message, line, text),) = found["diagnostics"]
    assert "'mistake' is not defined" in message and text == "mistake"
    assert line == MODEL[: MODEL.index("conv(x")].count("\n") + 1
    assert found["mended"] is True and found["hover"] is True
    assert "k.dat" in found["card"] and found["definition"] is True
    assert "fragment pooled(" in found["renamed"] and "y = pooled(c, n = 2);" in found["renamed"]
    assert any(item.strip().startswith("max_pool") for item in found["completions"])
    assert found["stopped"] is True


def session(folder: Path) -> dict[str, Any]:
    """What Emacs found."""
    import fcntl
    import pty
    import struct
    import termios

    graph = model_folder(folder / "model", MODEL.replace("conv(x", "conv(mistake"))
    (folder / "home" / ".emacs.d").mkdir(parents=True)
    shutil.copy(ROOT / "editors" / "emacs.el", folder / "home" / ".emacs.d" / "init.el")
    (folder / "steps.el").write_text(STEPS, encoding="utf-8")
    (folder / "bin").mkdir()
    server = folder / "bin" / "nnef-lsp"
    server.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nnef_lsp.cli.main "$@"\n')
    server.chmod(0o755)
    environment = {
        **os.environ, "HOME": str(folder / "home"), "TERM": "xterm", "LINES": "40", "COLUMNS": "120", "PYTHONPATH": str(ROOT),
        "PATH": f"{server.parent}{os.pathsep}{os.environ['PATH']}", "NNEF_GRAPH": str(graph), "NNEF_ANSWERS": str(folder / "answers"),
    }  # fmt: skip
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    process = subprocess.Popen(
        [str(EMACS), "-nw", "-l", str(folder / "steps.el")],
        stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=folder, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(theirs)
    screen, end = b"", time.monotonic() + 110
    while process.poll() is None and time.monotonic() < end:
        if select.select([ours], [], [], 0.1)[0]:
            try:
                screen += os.read(ours, 65536)
            except OSError:
                break
    if process.poll() is None:
        process.kill()
    process.wait()
    os.close(ours)
    answers = folder / "answers"
    assert answers.exists(), re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", screen)[-2000:]
    found: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8"))
    return found
