"""Puts the names in their places and takes them away again."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from .._graph.taping import make_tapes_by, show_results_as
from .._machine.config import follow_later_keras
from .._paths.finder import MODULES, PACKAGE
from ..errors import GraphError
from ..layers.between import wrap_computations
from .facade import Facade
from .tape import GradientTape
from .values import eager

ROOTS = ("keras", "tf_keras", "tensorflow")
# Modules of tf.keras and Keras 3 -> where their names are, below this package; beside those of Keras 1 and 2.
_HOMES = {
    "layers.experimental": "layers",
    "layers.experimental.preprocessing": "layers",
    "metrics.experimental": "metrics",
    "optimizers.experimental": "optimizers",
    "optimizers.legacy": "optimizers",
    "utils.image_utils": "preprocessing.image",
    "ops": "_compat.keras_ops",
    "random": "_compat.keras_random",
    "saving": "_compat.keras_saving",
    "config": "_compat.keras_config",
    "mixed_precision": "_compat.keras_mixed_precision",
}
# Names that a module has beside those of its home.
_BESIDE = {
    "initializers": "_compat.keras_initializers",
    "regularizers": "_compat.keras_regularizers",
    "layers": "_compat.keras_layers",
    "losses": "_compat.keras_losses",
    "metrics": "_compat.keras_losses",
    "layers.experimental": "_compat.keras_layers",
    "layers.experimental.preprocessing": "_compat.keras_layers",
    "preprocessing": "_compat.folder_datasets",
    "utils": "_compat.keras_utils",
    "models": "_compat.keras_models",
}


class CompatFinder(MetaPathFinder):
    """Finds the modules of the three names while they are installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module that the engine shows by this name. Raises ModuleNotFoundError, with the nearest, for another."""
        root = fullname.partition(".")[0]
        if root not in ROOTS:
            return None
        module = module_of(fullname)
        if module is None:
            known = [name for name in (*MODULES, *_HOMES, *_public_files()) if "_" not in name[:1]]
            last = fullname.rpartition(".")[2]
            near = difflib.get_close_matches(last, known, 1)
            sentence = f"No module named {fullname!r} in the engine, which stands in its place here (engine.compat)."
            raise ModuleNotFoundError(sentence + (f" Nearest: {near[0]}." if near else ""), name=fullname)
        return ModuleSpec(fullname, _Given(module), is_package=True)


class _Given(Loader):
    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """It is there already."""


def _public_files() -> list[str]:
    return ["layers", "models", "optimizers", "losses", "metrics", "callbacks", "datasets", "applications", "utils"]


def module_of(fullname: str) -> ModuleType | None:
    """The module of a name; None where there is none."""
    root, _, rest = fullname.partition(".")
    if root == "tensorflow":
        if rest == "python" or rest.startswith("python."):
            rest = rest.removeprefix("python").lstrip(".")
        if rest != "keras" and not rest.startswith("keras."):
            return _of_tensorflow(fullname, rest)
        rest = rest.removeprefix("keras").lstrip(".")
    rest = rest.removeprefix("api._v2.keras").lstrip(".")
    if not rest:
        return importlib.import_module(f"{PACKAGE}._compat.keras_root").make(fullname)
    home = _HOMES.get(rest, MODULES.get(rest, rest))
    name = f"{PACKAGE}.{home}"
    try:
        if importlib.util.find_spec(name) is None:
            return None
    except ModuleNotFoundError:
        return None
    behind = [importlib.import_module(name)]
    if rest in _BESIDE:
        behind.insert(0, importlib.import_module(f"{PACKAGE}.{_BESIDE[rest]}"))
    return Facade(fullname, {}, tuple(behind))


def _of_tensorflow(fullname: str, rest: str) -> ModuleType | None:
    made = importlib.import_module(f"{PACKAGE}._compat.tensorflow_names").modules()
    if not rest:
        return Facade(fullname, made[""])
    return Facade(fullname, made[rest]) if rest in made else None


def _is_ours(module: ModuleType | None) -> bool:
    return isinstance(module, Facade)


def is_installed() -> bool:
    """Whether `keras` and `tensorflow` are the engine now.

    Returns:
        True or False.

    Example:
        >>> is_installed()
        False
    """
    return any(isinstance(finder, CompatFinder) for finder in sys.meta_path)


def install_as_keras() -> None:
    """Let `import keras`, `from tensorflow import keras` and `import tensorflow as tf` give the engine, until `undo()`.

    A real Keras or TensorFlow that is installed is named in a warning.

    Raises:
        GraphError: one of them is imported already.

    Example:
        >>> install_as_keras()
        >>> from tensorflow.keras.layers import Dense
        >>> Dense.__module__
        'engine.layers.core'
        >>> undo()
    """
    if is_installed():
        return
    imported = [root for root in ROOTS if root in sys.modules and sys.modules[root] is not sys.modules[PACKAGE]]
    if imported:
        raise GraphError(
            where="engine.compat",
            expected="a process in which no other Keras is imported yet",
            actual=f"{' and '.join(imported)}, imported before",
            hint="Begin the program with `import engine.compat`, or leave it out to go on with the one that is there.",
        )
    for root in ROOTS:
        for name in [name for name in sys.modules if name == root or name.startswith(f"{root}.")]:
            del sys.modules[name]
    real = [root for root in ROOTS if PathFinder.find_spec(root) is not None]
    if real:
        sentence = (
            f"{' and '.join(real)} installed here: until engine.compat.undo() these names give the engine instead."
        )
        warnings.warn(sentence, stacklevel=3)
    sys.meta_path.insert(0, CompatFinder())
    show_results_as(eager)
    make_tapes_by(GradientTape)
    wrap_computations(True)
    follow_later_keras(True)


def undo() -> None:
    """Take back what `install_as_keras` did: the names are again what they were. What a program has imported stays with it.

    Example:
        >>> install_as_keras()
        >>> undo()
        >>> is_installed()
        False
    """
    show_results_as(None)
    make_tapes_by(None)
    wrap_computations(False)
    follow_later_keras(False)
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, CompatFinder)]
    for name in [name for name, module in sys.modules.items() if name.partition(".")[0] in ROOTS and _is_ours(module)]:
        del sys.modules[name]
