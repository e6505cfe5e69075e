"""Names in configs that remember what they stand for.

A config names functions and classes of the user's own, since files hold no code. As long as a config stays in the process
that wrote it, the name still knows its function: so a model can be cloned, copied and built anew without custom_objects.
Whatever writes a text or a file writes the name alone.
"""

from __future__ import annotations

import pickle
import secrets
import threading
import weakref
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import Self


class Remembered(str):
    """The name of a function or class, with the thing itself.

    >>> name = Remembered("twice", lambda x: 2 * x)
    >>> name == "twice", name.thing(3)
    (True, 6)
    """

    __slots__ = ("thing",)
    thing: Any

    def __new__(cls, name: str, thing: object) -> Self:
        made = super().__new__(cls, name)
        made.thing = thing
        return made

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> tuple[Any, ...]:
        thing = self.thing if _has_an_address(self.thing) else _InThisProcess(self.thing)
        return _recalled, (str(self), thing)


class _InThisProcess:
    """Stands in a pickle for what pickle cannot name, as a lambda: found again in this process, while it is alive."""

    _known: ClassVar[weakref.WeakValueDictionary[str, object]] = weakref.WeakValueDictionary()
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __reduce__(self) -> tuple[Any, ...]:
        with self._lock:
            tokens = {id(known): token for token, known in self._known.items()}
            # A token cannot be guessed, so no pickle from elsewhere can ask for a function that it was not given.
            token = tokens.get(id(self.thing)) or secrets.token_hex(16)
            self._known[token] = self.thing
        return _by_token, (token,)

    @classmethod
    def find(cls, token: str) -> object:
        """What a token stands for; None in another process, and where nothing else holds the thing any more."""
        return cls._known.get(token)


def _has_an_address(thing: object) -> bool:
    """Whether pickle can name the thing, so that another process can import it."""
    try:
        pickle.dumps(thing)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _by_token(token: str) -> object:
    return _InThisProcess.find(token)


def _recalled(name: str, thing: object) -> str:
    """The name with its thing; the bare name, which custom_objects can explain, where the thing is not there."""
    return name if thing is None else Remembered(name, thing)


def shown_of(thing: Any) -> Any:
    """The function that one of `engine.compat` shows, whose results have `.numpy()`; all else as it is."""
    return getattr(thing, "shown_function", thing)


def name_of(thing: object) -> str:
    """A function's or class's own name; for any other object that can be called, the name of its class."""
    name: object = getattr(thing, "__name__", None)
    return name if isinstance(name, str) else type(thing).__name__


def remembered_in(config: object) -> Iterator[Remembered]:
    """All names of a config that remember something.

    >>> [str(name) for name in remembered_in({"activation": Remembered("mine", abs), "units": 3})]
    ['mine']
    """
    if isinstance(config, Remembered):
        yield config
    elif isinstance(config, Mapping):
        for value in config.values():
            yield from remembered_in(value)
    elif isinstance(config, (list, tuple)):
        for value in config:
            yield from remembered_in(value)
