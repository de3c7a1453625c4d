"""`python -m nnef_lsp` is `nnef-lsp`."""

import os
import sys

# `-m` puts the current folder first; what a model brings along (a module called numpy) is not ours to import.
if sys.path and sys.path[0] != os.path.dirname(os.path.dirname(os.path.abspath(__file__))):
    if sys.path[0] in ("", os.getcwd()):
        del sys.path[0]

from .cli.main import main

sys.exit(main())
