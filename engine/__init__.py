"""A deep-learning library with the names of Keras 2, on NumPy.

>>> import engine as keras
>>> model = keras.Sequential([keras.layers.Dense(1, input_dim=3)])

Modules load when they are first touched, so that `import engine` costs little more than NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from ._paths.finder import install as _install_module_paths

__version__ = "0.1.0"

__all__ = [
    "Input",
    "InputSpec",
    "Layer",
    "Model",
    "Sequential",
    "__version__",
    "activations",
    "applications",
    "backend",
    "callbacks",
    "check",
    "config",
    "constraints",
    "data",
    "datasets",
    "describe",
    "device",
    "devices",
    "distributed",
    "engine",
    "errors",
    "events",
    "experiment",
    "initializers",
    "inspection",
    "install_as_keras",
    "layers",
    "losses",
    "metrics",
    "mistakes",
    "models",
    "optimizers",
    "preprocessing",
    "regularizers",
    "search",
    "types",
    "use",
    "utils",
    "wrappers",
]

# Keras's root names, and where each is made
_NAMES = {
    "Input": "layers",
    "Layer": "layers",
    "InputSpec": "layers",
    "Model": "models",
    "Sequential": "models",
    "check": "mistakes",
    "device": "_machine.devices",
    "devices": "_machine.devices",
    "install_as_keras": "_compat.installer",
    "use": "_machine.devices",
}
_MODULES = {*__all__} - {*_NAMES, "__version__"}

if TYPE_CHECKING:
    from . import (
        _drawing,
        _files,
        _graph,
        _ops,
        _training,
        activations,
        applications,
        backend,
        callbacks,
        config,
        constraints,
        data,
        datasets,
        describe,
        distributed,
        errors,
        events,
        experiment,
        initializers,
        inspection,
        layers,
        losses,
        metrics,
        mistakes,
        models,
        optimizers,
        preprocessing,
        regularizers,
        search,
        types,
        utils,
        wrappers,
    )
    from ._compat.installer import install_as_keras
    from ._machine.devices import device, devices, use
    from ._paths import engine_names as engine
    from .layers import Input, InputSpec, Layer
    from .mistakes import check
    from .models import Model, Sequential

    # What the machinery was called before it had underscores; `_paths` still finds it.
    drawing, saving, core, ops, training = _drawing, _files, _graph, _ops, _training


def __getattr__(name: str) -> object:
    if name in _NAMES:
        return getattr(importlib.import_module(f".{_NAMES[name]}", __name__), name)
    if name in _MODULES or name in ("initializations", "legacy", "objectives"):
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


_install_module_paths()
