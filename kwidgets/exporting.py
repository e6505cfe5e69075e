"""`kwidgets export`: a model's file as a program in one of four dialects, as YAML or JSON, as the Code page writes them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from engine.errors import EngineError
from engine.experiment import write_bytes

from .beginning import command_of, from_file
from .document import Document
from .messages import Dialect
from .refused import Refused
from .words import command_line as say

# What is written, by the name on the command line.
DIALECTS: tuple[Dialect, ...] = ("engine", "keras2", "tf.keras", "keras3")
TEXTS = ("yaml", "json")
FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a model in another form; 0 when it went well, 2 with a sentence on standard error when it did not."""
    parser = argparse.ArgumentParser(prog=say.EXPORT, description=say.WHAT_EXPORT_DOES)
    parser.add_argument("model", help=say.A_MODELS_FILE)
    parser.add_argument("--to", required=True, choices=(*DIALECTS, *TEXTS), help=say.A_DIALECT_OR_A_TEXT)
    parser.add_argument("--out", help=say.WHERE_IT_IS_WRITTEN)
    parser.add_argument("--force", action="store_true", help=say.WRITES_OVER)
    options = parser.parse_args(arguments)
    try:
        text, lacks = exported(options.model, options.to)
        if options.out is None:
            sys.stdout.write(text)
        elif os.path.exists(options.out) and not options.force:
            raise Refused(say.is_there_already(options.out), say.FORCE_WRITES_OVER_IT)
        else:
            write_bytes(options.out, text.encode("utf-8"))
            print(say.wrote(options.out))
    except Refused as error:
        return _failed(" ".join(filter(None, (str(error), error.hint))))
    except (EngineError, OSError) as error:
        return _failed(str(error))
    for lack in lacks:
        print(lack, file=sys.stderr)
    return 0


def exported(path: str, to: str) -> tuple[str, list[str]]:
    """The text of a model's file in a dialect or as YAML or JSON, and in words what the dialect lacks of it.

    Raises Refused, FileError, OSError where no model can be read there.
    """
    document = Document()
    document.do(command_of(from_file(path)))
    if to in TEXTS:
        return document.text()["yaml" if to == "yaml" else "json"], []
    program = document.python(next(dialect for dialect in DIALECTS if dialect == to))
    return program.text, program.lacks


def _failed(why: str) -> int:
    print(say.failed(why), file=sys.stderr)
    return FAILED
