"""One family of errors that say where, what was expected, what was found and how to mend it.

    EngineError
    ├── SettingError (ValueError)       a layer's, optimizer's or function's setting has a wrong value
    ├── SettingTypeError (TypeError)    a setting is unknown, missing, given twice or of a wrong type
    ├── ShapeError (ValueError)         arrays or tensors do not fit together
    ├── GraphError (ValueError)         layers are wired wrongly
    ├── DataError (ValueError)          arrays do not fit the model
    ├── FileError (ValueError)          a file or text is refused; knows line and column
    ├── TooLarge (ValueError, MemoryError)  more memory is asked for than there is
    ├── UnknownName (ValueError)        no class or function of that name
    ├── NotCompiled (RuntimeError)      training methods before compile
    └── TrainingError (RuntimeError)    a run cannot go on
        └── OutOfMemory (MemoryError)   a card has no memory for a batch; knows the largest one that fits

Each is also the built-in exception that Keras raises there, so that old `except` clauses work. `fix` is plain data that
a program can apply, such as `{"insert": "Flatten", "before": "dense_1"}`; `mends` lists all that would help, the same
data beside a label and a line of code.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypedDict

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .types import Config, Shape

_LONGEST_NAME = 80
_MOST_NAMES = 10  # that a hint lists
_LONGEST_MESSAGE = 500


class ErrorMend(TypedDict):
    """What would mend an error. label: in words. change: as plain data. code: the same as a line of Python."""

    label: str
    change: Config
    code: str


class Arriving(NamedTuple):
    """What a layer was called on. shape: batch first. source: the layer that it comes from; None where none is known."""

    shape: Shape
    source: str | None = None

    def __str__(self) -> str:
        words = result_in_words(self.shape)
        return words if self.source is None else f"{words} from '{self.source}'"


class EngineError(Exception):
    """An error as data, which says where, what was expected, what was found and how to mend it.

    Its text is one sentence, the same that a builder shows on the card of the layer, and the hint.

    Args:
        message: what is wrong, in place of what was expected and found.
        sentence: the whole sentence with what it is about as its subject, in place of one made of the other parts.
        where: what it happened in, such as "layer 'dense_1' (Dense)".
        expected: what was expected.
        actual: what was found.
        hint: a sentence that says what to do.
        fix: plain data that a program can apply to mend it.
        mends: other changes that would mend it.

    Example:
        >>> print(ShapeError(where="layer 'dense_1'", expected="rank 2", actual="(None, 8, 8)", hint="Put Flatten before it."))
        layer 'dense_1': expected rank 2, found (None, 8, 8). Put Flatten before it.
    """

    tells_what_arrives: ClassVar[bool] = True
    """Whether what a layer was called on belongs into the sentence."""

    def __init__(
        self,
        message: str | None = None,
        *,
        sentence: str | None = None,
        where: str = "",
        expected: str = "",
        actual: str = "",
        hint: str | None = None,
        fix: Config | None = None,
        mends: Iterable[ErrorMend] = (),
    ) -> None:
        self.message = message
        self.where = where
        self.layer: str | None = None
        self.arriving: tuple[Arriving, ...] = ()
        self.within: tuple[str, ...] = ()
        self._kind, self._is_named = "", True
        self._part = ""  # what of the layer it happened in, where that was known before the layer
        self._whole = sentence
        self.expected = expected
        self.actual = actual
        self.hint = hint
        self.fix: Config | None = fix
        self._mends = list(mends)
        self._more: Callable[[], list[Config]] | None = None
        super().__init__(message)

    def happened_in(
        self, where: str, layer: str, arriving: Iterable[Arriving] = (), *, kind: str = "", names: bool = True
    ) -> None:
        """Fill in which layer the error happened in and what arrived there, also in its `fix`.

        Where that is known already, the layer is one that has that one inside. kind: the class of the layer, as which it is
        told where the one around it gives no names: a wrapper does not, a model does.
        """
        if self.layer is None:
            self.layer, self.arriving, self._part = layer, tuple(arriving), self.where
            self._kind = kind
        elif layer != self.layer:
            self.within = (layer, *self.within)
            self._is_named = self._is_named and (names or not self._kind)
        self.where = self.where or where
        if self.fix is not None:
            self.fix = _about(self.fix, layer)
            if "or" in self.fix:
                self.fix["or"] = [_about(other, layer) for other in self.fix["or"]]

    def offer(self, find: Callable[[], list[Config]]) -> None:
        """Name changes that mend it, after `fix`; they are found when somebody asks for them."""
        self._more = find

    def __reduce__(self) -> tuple[object, ...]:
        """For another process, as what `offer` names needs the layers that are in this one: its changes as they are found now."""
        return (
            _remade,
            (type(self), self.args),
            {**vars(self), "_more": None, "_mends": self.mends[len(self._given()) :]},
        )

    def _given(self) -> list[Config]:
        fix = dict(self.fix or {})
        others: list[Config] = fix.pop("or", [])
        return [*([fix] if fix else []), *others]

    def changes(self) -> list[Config]:
        """What would mend it as plain data, the best first: `fix`, and what it names under "or"."""
        return [*self._given(), *([] if self._more is None else self._more())]

    @property
    def mends(self) -> list[ErrorMend]:
        """What would mend it, the best first: `changes` in words and as code, and changes of arrays; empty where none is known."""
        return [*map(mend_of, self.changes()), *self._mends]

    @property
    def sentence(self) -> str:
        """What is wrong, without the hint: of a layer that was called, what it gets from where and what it needs."""
        if self._whole is not None:
            return self._whole
        if self.layer is None or not self.arriving or not self.tells_what_arrives:
            return f"{self.where}: {self._plain()}" if self.where else self._plain()
        subject = f"'{self.layer}'" if self._is_named else self._kind
        gets = f"{subject} gets {' and '.join(map(str, self.arriving))}."
        wrong = f"{self._part}: {self._plain()}" if self._part else self.message or self._needs()
        inside = f"In {' › '.join(self.within)}: " if self.within else ""
        return shapes_in_words(f"{inside}{gets} {wrong}")

    def _plain(self) -> str:
        return f"expected {self.expected}, found {self.actual}." if self.message is None else self.message

    def _needs(self) -> str:
        """What is needed, and what was found unless it is said already in what arrives."""
        said = not self.actual or any(str(tuple(one.shape)) in self.actual for one in self.arriving)
        return f"It needs {self.expected}." if said else f"It needs {self.expected}, not {self.actual}."

    def __str__(self) -> str:
        text = f"{self.sentence} {self.hint}" if self.hint else self.sentence
        return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


def result_in_words(shape: Sequence[int | None]) -> str:
    """What a layer gives for one sample, in words.

    Args:
        shape: its shape, batch first; a size that is free is None.

    Returns:
        The text.

    Example:
        >>> result_in_words((None, 8, 8, 1)), result_in_words((None, 64)), result_in_words((None,))
        ('8×8×1', '64 numbers', 'one number')
    """
    sizes = list(shape)[1:]
    if not sizes or sizes == [1]:
        return "one number"
    text = "×".join("?" if size is None else str(size) for size in sizes)
    return f"{text} numbers" if len(sizes) == 1 else text


def shapes_in_words(text: str) -> str:
    """A sentence with its shapes as `result_in_words` says them.

    Args:
        text: with shapes as Python writes them, a None for the batch.

    Returns:
        The text.

    Example:
        >>> shapes_in_words("inputs of one shape, the first is (None, 6, 6, 4)")
        'inputs of one shape, the first is 6×6×4'
    """
    return re.sub(
        r"\(None((?:, (?:\d+|None))*),?\)",
        lambda match: result_in_words([None, *(int(n) if n.isdecimal() else None for n in match[1].split(", ")[1:])]),
        text,
    )


def _remade(kind: type[EngineError], arguments: tuple[object, ...]) -> EngineError:
    """An error as it comes out of another process, whatever its class asks for; what it says is filled in afterwards."""
    return kind.__new__(kind, *arguments)


def _about(fix: Config, layer: str) -> Config:
    """A fix that names the layer which it mends."""
    if "insert" in fix and "before" not in fix:
        fix = {**fix, "before": layer}
    if "field" in fix.get("set", ()):
        fix = {**fix, "set": {"layer": layer, **fix["set"]}}
    return fix


def mend_of(change: Config) -> ErrorMend:
    """A change of a layer or of the loss as words and as a line of Python."""
    if "insert" in change:
        settings = change.get("settings") or {}
        values = ", ".join(f"{name}={_python(value)}" for name, value in settings.items())
        before = f" before {change['before']!r}" if "before" in change else ""
        if before and "source" in change:
            before = f" between {change['source']!r} and {change['before']!r}"
        call = f"{change['insert']}({values})"
        return {"label": f"Insert {call}{before}", "change": change, "code": f"{call}  #{before}" if before else call}
    if "batch_size" in change:
        size = change["batch_size"]
        return {"label": f"Go on with batches of {size}", "change": change, "code": f"batch_size={size}"}
    what = change.get("set") or {}
    if "loss" in what:
        code = f"model.compile(model.optimizer, loss={what['loss']!r})"
        return {"label": f"Use the loss {what['loss']}", "change": change, "code": code}
    of = f" of {what['layer']!r}" if "layer" in what else ""
    field, value = what.get("field"), _python(what.get("value"))
    code = f"{field}={value}  #{of}" if of else f"{field}={value}"
    return {"label": f"Set {field}{of} to {value}", "change": change, "code": code}


def _python(value: object) -> str:
    return repr(as_tuples(value))


def as_tuples(value: object) -> object:
    """A setting with its lists as tuples, as people write them.

    >>> as_tuples([[1, 1], [2, 2]])
    ((1, 1), (2, 2))
    """
    return tuple(map(as_tuples, value)) if isinstance(value, list) else value


class SettingError(EngineError, ValueError):
    """A setting has a value that it may not have."""


class SettingTypeError(EngineError, TypeError):
    """A setting is unknown, missing, given twice or of a wrong type."""


class ShapeError(EngineError, ValueError):
    """Arrays or tensors do not fit together."""


class GraphError(EngineError, ValueError):
    """Layers are wired wrongly: a circle, a missing input, a dangling reference."""


class DataError(EngineError, ValueError):
    """Arrays do not fit the model they are meant for."""

    tells_what_arrives = False


class TooLarge(EngineError, ValueError, MemoryError):
    """More memory is asked for than a machine can address, or than this one has to spare."""

    tells_what_arrives = False


class _Details(TypedDict, total=False):
    """What an error says beside where it is."""

    expected: str
    actual: str
    hint: str | None
    fix: Config | None


class FileError(EngineError, ValueError):
    """A file or text is refused; `file`, `line` and `column` (from 1) say where.

    Args:
        message: the whole message, in place of the details.
        file: the file's name.
        line: the line, from 1.
        column: the column in it, from 1.
        where: what is refused, where it has no file.
        **details: `expected`, `actual`, `hint` and `fix`, as every error has them.

    Example:
        >>> print(FileError(file="model.yaml", line=3, expected="a list of layers", actual="text"))
        model.yaml, line 3: expected a list of layers, found text.
    """

    tells_what_arrives = False

    def __init__(
        self,
        message: str | None = None,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        where: str = "",
        **details: Unpack[_Details],
    ) -> None:
        self.file = file
        self.line = line
        self.column = column
        position = ", ".join(
            part
            for part in (
                where or file or "",
                f"line {line}" if line is not None else "",
                f"column {column}" if column is not None else "",
            )
            if part
        )
        super().__init__(message, where=position, **details)


class UnknownName(EngineError, ValueError):
    """Nothing is known by a name; the hint gives the nearest known one.

    Args:
        name: the name.
        known: names that are known.
        kind: what they name, such as "layer".
        where: where the name stands.
        of_model: whether the names are those of a model or a table, to which no class or function of the user's adds one;
            False by default.

    Example:
        >>> print(UnknownName("Dens", ["Dense", "Dropout"], kind="layer"))
        expected the name of a known layer, found 'Dens'. Did you mean 'Dense'?
    """

    tells_what_arrives = False

    def __init__(
        self, name: object, known: Iterable[str], *, kind: str, where: str = "", of_model: bool = False
    ) -> None:
        known = sorted(known)
        near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.5)
        lower = {k.lower(): k for k in known}
        if not near and str(name).lower() in lower:
            near = [lower[str(name).lower()]]
        self.name = name
        self.nearest = near[0] if near else None
        others = "Your own classes and functions go into custom_objects."
        if of_model:
            listed = ", ".join(shorten(one) for one in known[:_MOST_NAMES])
            others = f"Known: {listed}{' ...' if len(known) > _MOST_NAMES else ''}." if known else "There is none."
        hint = f"Did you mean {near[0]!r}?" if near else others
        super().__init__(where=where, expected=f"the name of a known {kind}", actual=shorten(name), hint=hint)


class NotCompiled(EngineError, RuntimeError):
    """A training method was called before `compile`."""

    tells_what_arrives = False


class TrainingError(EngineError, RuntimeError):
    """A run cannot go on."""

    tells_what_arrives = False


class OutOfMemory(TrainingError, MemoryError):
    """A graphics card has no memory for a batch. The weights are those of the last whole update, so a training may go on.

    Args:
        message: the whole message, in place of the details.
        batch_size: the largest batch that fits; None (the default) where not even one sample does.
        where: what it happened in.
        **details: `expected`, `actual`, `hint` and `fix`, as every error has them.

    Example:
        >>> error = OutOfMemory(batch_size=64, where="a batch of 512 on gpu:0", expected="room for it", actual="none")
        >>> error.batch_size, error.mends[0]["code"]
        (64, 'batch_size=64')
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        batch_size: int | None = None,
        where: str = "",
        **details: Unpack[_Details],
    ) -> None:
        self.batch_size = batch_size
        if batch_size is not None:
            details["fix"] = {"batch_size": batch_size}
        super().__init__(message, where=where, **details)


def shorten(value: object, longest: int = _LONGEST_NAME) -> str:
    """The `repr` of a value in one line, cut so that it fits into a message.

    Args:
        value: anything.
        longest: characters at most.

    Returns:
        The text; one that is cut ends with "…".

    Example:
        >>> shorten("x" * 200, 10)
        "'xxxxxxxx…"
    """
    text = " ".join(line.strip() for line in repr(value).split("\n"))
    return text if len(text) <= longest else text[: longest - 1] + "…"
