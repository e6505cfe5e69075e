"""Attributes of a model that live in its trainer, under the names that Keras's code reads and sets them by."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Generic, TypeVar, overload

from .._training.compiled import Compiled
from .._training.trainer import Trainer

Value = TypeVar("Value")


def trainer_of(model: object) -> Trainer:
    """The part of a model that compiles and trains it; it bears an underscore there, so subclasses may use the name."""
    trainer: Trainer = vars(model)["_trainer"]
    return trainer


class OfTrainer(Generic[Value]):
    """An attribute that the trainer has, or one of its parts: `path` leads there from the trainer."""

    def __init__(self, path: str, doc: str) -> None:
        self.__doc__ = doc
        owner, _, self._name = path.rpartition(".")
        self._owner: Callable[[Trainer], object] = attrgetter(owner) if owner else lambda trainer: trainer

    @overload
    def __get__(self, model: None, owner: type) -> OfTrainer[Value]: ...
    @overload
    def __get__(self, model: object, owner: type) -> Value: ...
    def __get__(self, model: object, owner: type) -> OfTrainer[Value] | Value:
        return self if model is None else getattr(self._owner(trainer_of(model)), self._name)

    def __set__(self, model: object, value: Value) -> None:
        setattr(self._owner(trainer_of(model)), self._name, value)


class OfCompiled(Generic[Value]):
    """What is read of a compiled model, a list of the reader's own each time; `absent` makes it before compile."""

    def __init__(self, read: Callable[[Compiled], Value], absent: Callable[[], Value], doc: str) -> None:
        self.__doc__ = doc
        self._read = read
        self._absent = absent

    @overload
    def __get__(self, model: None, owner: type) -> OfCompiled[Value]: ...
    @overload
    def __get__(self, model: object, owner: type) -> Value: ...
    def __get__(self, model: object, owner: type) -> OfCompiled[Value] | Value:
        if model is None:
            return self
        compiled = trainer_of(model).compiled
        return self._absent() if compiled is None else self._read(compiled)

    def __set__(self, model: object, value: Value) -> None:
        raise AttributeError("what compile made is read only: call compile with other arguments")
