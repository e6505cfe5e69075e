"""Names that a program imports, and names that it uses without: a pasted cell often lacks its imports."""

from __future__ import annotations

import ast

from .. import applications, callbacks
from .known import known, layer_class, merging_class
from .plain_calls import BUILTINS
from .values import Symbol, Unknown, Value

KERAS = ("keras", "tensorflow", "tf", "tf_keras", "tflearn", "engine", "keras_core")
_MODULES: dict[str, tuple[str, ...]] = {
    "keras": ("keras",),
    "tf": ("tensorflow",),
    "K": ("keras", "backend"),
    "np": ("numpy",),
    **{
        name: ("keras", name)
        for name in (
            "layers",
            "models",
            "optimizers",
            "losses",
            "metrics",
            "regularizers",
            "initializers",
            "constraints",
            "activations",
            "callbacks",
            "applications",
            "utils",
        )
    },
}
_NAMES = (
    "Sequential",
    "Model",
    "Input",
    "merge",
    "l1",
    "l2",
    "l1_l2",
    "Functional",
    "KerasClassifier",
    "KerasRegressor",
)


def imported(statement: ast.Import | ast.ImportFrom) -> dict[str, Value]:
    """What an import statement gives names to; `*` gives nothing, since Keras's names are known without."""
    names: dict[str, Value] = {}
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            path = tuple(alias.name.split("."))
            names[alias.asname or path[0]] = Symbol(path if alias.asname else path[:1])
        return names
    module = (
        ("", *(statement.module or "").split(".")) if statement.level else tuple((statement.module or "").split("."))
    )
    for alias in statement.names:
        if alias.name == "*":
            continue
        names[alias.asname or alias.name] = Symbol((*module, alias.name))
    return names


def is_keras(symbol: Symbol) -> bool:
    """Whether a name comes from Keras, or from TensorFlow's."""
    return symbol.path[0] in KERAS


def without_import(name: str) -> Value:
    """What a name means that the program neither defines nor imports."""
    if name in _MODULES:
        return Symbol(_MODULES[name])
    listed = name in _NAMES or name in callbacks.__all__ or name in applications.__all__
    is_optimizer = name[:1].isupper() and known("optimizer", name) is not None
    if listed or is_optimizer or layer_class(name) is not None or merging_class(name) is not None:
        return Symbol(("keras", name))
    if name == "__name__":
        return "__main__"
    if name in BUILTINS or name in ("super", "isinstance", "hasattr", "getattr", "type", "id", "callable"):
        return Symbol(("builtins", name))
    return Unknown(f"{name} is not defined in what is read")
