"""Run by `public_code --run`, one process for one file: which models it compiles when it is run with this engine as `keras`.

python -m tests.long.made_models NOTEBOOK CELL_SECONDS REPOSITORY FOLDER SEED: as `notebook_cells`, whose lines it prints; behind
each line of a cell one {"compiled": [classes of its layers, its parameters]} for every model that the cell compiled.
"""

from __future__ import annotations

import functools
import json
import sys
from typing import Any

from engine import models

from .notebook_cells import main_of_one

# What Keras 1's merges by a mode are called as layers of their own, as which they are read.
_MERGES = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "concat": "Concatenate", "dot": "Dot"}


def described(model: Any) -> list[Any]:
    """What is compared of two models: the classes of their layers and their number of parameters."""
    names = ((type(layer).__name__, layer) for layer in model.layers)
    classes = sorted(_MERGES.get(getattr(layer, "mode", ""), name) for name, layer in names if name != "InputLayer")
    return [classes, model.count_params()]


def watch() -> None:
    """Print a line for every model that is compiled."""
    cls: Any = models.Model
    compile_model = cls.compile

    @functools.wraps(compile_model)
    def compiled(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = compile_model(self, *args, **kwargs)
        if self.built:
            sys.__stdout__.write(json.dumps({"compiled": described(self)}) + "\n")
            sys.__stdout__.flush()
        return result

    cls.compile = compiled


if __name__ == "__main__":
    watch()
    main_of_one(sys.argv[1], int(sys.argv[2]), *sys.argv[3:5], int(sys.argv[5]))
