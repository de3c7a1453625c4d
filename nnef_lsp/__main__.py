"""`python -m nnef_lsp` is `nnef-lsp`."""

import sys

from .cli.main import main

sys.exit(main())
