"""The module `keras` itself, under any of its names."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

import engine

from .. import initializers, losses, metrics, optimizers, regularizers
from .._graph.tensor import Tensor
from .facade import Facade
from .tensorflow_names import KerasVariable, scope

_PARTS = (
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "optimizers",
    "preprocessing",
    "random",
    "regularizers",
    "saving",
    "utils",
    "wrappers",
)


def make(fullname: str) -> ModuleType:
    """The module for `import keras`, or for `tensorflow.keras`."""
    parts: dict[str, object] = {f"lazy:{part}": _importing(f"{fullname}.{part}") for part in _PARTS}
    classes: dict[str, object] = {
        "Initializer": initializers.Initializer,
        "KerasTensor": Tensor,
        "Loss": losses.Loss,
        "Metric": metrics.Metric,
        "Optimizer": optimizers.Optimizer,
        "Regularizer": regularizers.Regularizer,
        "Variable": KerasVariable,
        "device": scope,
        "name_scope": scope,
    }
    names = {**parts, **classes, "__version__": "2.15.0", "version": lambda: "2.15.0"}
    return Facade(fullname, names, (engine,))


def _importing(name: str) -> Callable[[], ModuleType]:
    return lambda: importlib.import_module(name)
