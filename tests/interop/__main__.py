"""Random models exchanged with installed Keras: python -m tests.interop [--keras PYTHON] [--models N] [--only LIBRARY] [--table].

For each format our file is loaded by the real library, its predictions compared, and a further training step with the optimizer's
state; then its own file of the trained model is loaded here, and compared in the same way. `--table` writes that of docs/files.md.
"""

from __future__ import annotations

import sys

from .exchange import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
