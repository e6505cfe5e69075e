"""Keras's module paths: homes that moved, and this package under another name.

`sys.modules["keras"] = engine` makes `import keras`, `from keras.layers import Dense` and
`from keras.engine.topology import Layer` find the modules of this package (the same objects, not copies), and
`keras_applications` and `keras_preprocessing`, where they are not installed, its applications and preprocessing.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

PACKAGE = __name__.partition(".")[0]
ENGINE = "_paths.engine_names"
# The modules of `keras.engine`, which are one here
ENGINE_MODULES = (
    "base_layer",
    "input_layer",
    "network",
    "saving",
    "sequential",
    "topology",
    "training",
    "training_utils",
)
# Packages that Keras 2.2 installed beside itself, which code for it imports on their own -> their homes below this package
COMPANIONS = {"keras_applications": "applications", "keras_preprocessing": "preprocessing"}
# Modules that Keras 1 or 2 had elsewhere: their path below Keras's package -> the path below this one
MODULES = {
    "engine": ENGINE,
    "objectives": "losses",
    "initializations": "_paths.initializations",
    "applications.mobilenetv2": "applications.mobilenet_v2",
    "backend.common": "backend",
    "backend.tensorflow_backend": "backend",
    "callbacks.callbacks": "callbacks",
    "callbacks.tensorboard_v1": "callbacks",
    "callbacks.tensorboard_v2": "callbacks",
    **{f"engine.{name}": ENGINE for name in ENGINE_MODULES},
    "layers.containers": "models",
    "layers.serialization": "layers",
    "legacy": "_paths.legacy",
    "legacy.interfaces": "_paths.interfaces",
    "legacy.layers": "layers",
    "utils.losses_utils": "losses",
    "utils.training_utils": "utils.multi_gpu_utils",
    "utils.visualize_util": "utils.vis_utils",
    # Keras's layers imported these modules, and `from keras.layers import *` handed them on.
    "layers.K": "backend",
    **{f"layers.{name}": name for name in ("activations", "constraints", "initializers", "regularizers")},
    "layers.initializations": "_paths.initializations",
    **{f"{package}.K": "backend" for package in ("callbacks", "models", "optimizers")},
}
# What Keras's modules imported from elsewhere: `from keras.layers import warnings` found it there too.
HANDED_ON = {
    f"{package}.{name}": {"np": "numpy"}.get(name, name)
    for package, names in {
        "backend": ("np",),
        "callbacks": ("csv", "json", "np", "os", "time", "warnings"),
        "layers": ("copy", "np", "warnings"),
        "models": ("copy", "json", "np", "os", "warnings"),
        "optimizers": ("copy",),
    }.items()
    for name in names
}


class _SameModule(Loader):
    """Gives a module that is already there under another name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._own_spec: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(self._name)
        self._own_spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has given the module the spec of the other name; relative imports need its own.
        module.__spec__ = self._own_spec


class KerasPaths(MetaPathFinder):
    """Finds `engine.objectives` and the like, and every submodule of a name under which `engine` stands in `sys.modules`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module that has another name here; None leaves the search to others."""
        root, _, rest = fullname.partition(".")
        if root in COMPANIONS:
            if sys.modules.get("keras") is not sys.modules[PACKAGE] or PathFinder.find_spec(root) is not None:
                return None
            rest = f"{COMPANIONS[root]}.{rest}".rstrip(".")
        elif not rest or sys.modules.get(root) is not sys.modules[PACKAGE]:
            return None
        if rest.startswith(f"{ENGINE}."):  # `from keras.engine import saving` asks for it by the module's own name
            rest = f"engine.{rest.removeprefix(f'{ENGINE}.')}"
        if rest in HANDED_ON:
            return ModuleSpec(fullname, _SameModule(HANDED_ON[rest]))
        home = MODULES.get(rest, rest)
        if root == PACKAGE and home == rest:
            return None
        name = f"{PACKAGE}.{home}".rstrip(".")
        if importlib.util.find_spec(name) is None:
            return None
        return ModuleSpec(fullname, _SameModule(name))


def install() -> None:
    """Put the finder before the others, once."""
    if not any(type(finder).__name__ == KerasPaths.__name__ for finder in sys.meta_path):
        sys.meta_path.insert(0, KerasPaths())
