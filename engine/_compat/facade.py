"""Modules that show others' names under Keras's and TensorFlow's, and say by name what is not there."""

from __future__ import annotations

import difflib
import dis
import importlib
import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from types import FrameType, FunctionType, ModuleType

from .values import eager

# Why a name is not there, where something else does the same: by the last part of the name.
INSTEAD = {
    "lite": "model.save('model.h5'); TensorFlow Lite's files are not written here",
    "Session": "functions and layers compute at once on arrays",
    "placeholder": "keras.Input",
    "SavedModel": "model.save('model.h5')",
    "TFSMLayer": "load_weights of a SavedModel into a model that is built here, or load_model of a .keras or HDF5 file",
    "RandomHeight": "RandomZoom(height_factor=...), which keeps the size",
    "RandomWidth": "RandomZoom(height_factor=0.0, width_factor=...), which keeps the size",
    "py_function": "Dataset.map, which calls Python",
}


_OF_FUNCTIONS = ("activations", "losses", "metrics")
_NO_FUNCTIONS_OF_ARRAYS = ("get", "serialize", "deserialize")
_shown_functions: dict[FunctionType, Callable[..., object]] = {}


def _with_eager_results(function: FunctionType) -> Callable[..., object]:
    if function.__name__ in _NO_FUNCTIONS_OF_ARRAYS:
        return function

    @wraps(function)
    def call(*args: object, **kwargs: object) -> object:
        return eager(function(*args, **kwargs))

    vars(call)["shown_function"] = function
    return call


class Facade(ModuleType):
    """A module whose names come from a table, then from other modules.

    Args:
        name: its full name.
        names: its names; a function without arguments under "lazy:NAME" makes the value when it is first asked for.
        behind: modules whose names it shows.
    """

    def __init__(self, name: str, names: Mapping[str, object], behind: tuple[ModuleType, ...] = ()) -> None:
        super().__init__(name, f"{name}, shown by the engine (engine.compat).")
        self.__path__ = []
        self.__own, self.__behind = dict(names), behind

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") and name not in self.__own:
            raise AttributeError(name)
        if name in self.__own:
            value = self.__own[name]
            vars(self)[name] = value
            return value
        lazy = self.__own.get(f"lazy:{name}")
        if callable(lazy):
            made: Callable[[], object] = lazy
            vars(self)[name] = made()
            return vars(self)[name]
        for module in self.__behind:
            if hasattr(module, name):
                return self.__shown(getattr(module, name))
        if name.islower():  # a module below, which `import` would find: keras.optimizers.legacy
            try:
                return importlib.import_module(f"{self.__name__}.{name}")
            except ModuleNotFoundError:
                self._missing(name)
        self._missing(name)

    def __shown(self, value: object) -> object:
        """A function of activations, losses or metrics as one whose arrays have `.numpy()`, the same each time."""
        if self.__name__.rpartition(".")[2] not in _OF_FUNCTIONS or not isinstance(value, FunctionType):
            return value
        made = _shown_functions.get(value)
        if made is None:
            made = _shown_functions[value] = _with_eager_results(value)
        return made

    def own(self, name: str) -> object:
        """A name of it that is no module below, which only `import` would find.

        Raises:
            AttributeError: there is none.
        """
        if name in self.__own or callable(self.__own.get(f"lazy:{name}")):
            return self.__own.get(name, self)
        for module in self.__behind:
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        shown = {name.removeprefix("lazy:") for name in self.__own}
        return sorted(shown.union(*(getattr(m, "__all__", dir(m)) for m in self.__behind)))

    @property
    def __all__(self) -> list[str]:
        """What `from ... import *` takes."""
        return [name for name in dir(self) if not name.startswith("_")]

    def _missing(self, name: str) -> None:
        """Say what is not there, and what is near to it; as an ImportError where it was imported, which Python shows whole."""
        near = difflib.get_close_matches(name, dir(self), 3, 0.6)
        hint = INSTEAD.get(name) or " or ".join(f"{self.__name__}.{one}" for one in near)
        sentence = f"{self.__name__} has no {name!r} in the engine, which stands in its place here (engine.compat)."
        sentence += f" Nearest: {hint}." if hint else ""
        if _imports(inspect.currentframe()):
            raise ImportError(sentence, name=self.__name__)
        raise AttributeError(sentence)


def _imports(frame: FrameType | None) -> bool:
    """Whether whoever asks, two frames up, does `from ... import name`, whose AttributeError Python would replace by its own."""
    for _ in range(2):
        frame = None if frame is None else frame.f_back
    if frame is None or frame.f_lasti < 0:
        return False
    return dis.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"
