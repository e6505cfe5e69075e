"""Registered classes by their names, their declared settings, and the names that Keras 1 had for both.

For programs that show, check or write models as data. `find` and `build` give what a name stands for, and nothing that is
not registered; `declared_fields` tells the settings of a class with their rules, defaults and help.

>>> find("layer", "Convolution2D").__name__
'Conv2D'
>>> "rate" in declared_fields(find("layer", "Dropout"))
True
"""

from .._declared.calls import is_call, written_call
from .._declared.fields import REQUIRED, Declared, Field, declared_fields
from .._declared.keras1 import old_class_names, old_names, translate
from .._declared.naming import snake_case
from .._declared.registry import (
    build,
    call_text,
    class_for,
    find,
    find_all,
    is_later,
    later_names,
    names,
    serialize,
    usual_name,
)
from .own_names import known_by_name, own_names_in

__all__ = [
    "REQUIRED",
    "Declared",
    "Field",
    "build",
    "call_text",
    "class_for",
    "declared_fields",
    "find",
    "find_all",
    "is_call",
    "is_later",
    "known_by_name",
    "later_names",
    "names",
    "old_class_names",
    "old_names",
    "own_names_in",
    "serialize",
    "snake_case",
    "translate",
    "usual_name",
    "written_call",
]
