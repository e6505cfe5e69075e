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

Each is also the built-in exception that Keras raises there, so that old `except` clauses work. `fix` is plain data that
a program can apply, such as `{"insert": "Flatten", "before": "dense_1"}`; `mends` lists all that would help, the same
data beside a label and a line of code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .types import Config

_LONGEST_NAME = 80
_MOST_NAMES = 10  # that a hint lists
_LONGEST_MESSAGE = 500


class ErrorMend(TypedDict):
    """What would mend an error. label: in words. change: as plain data. code: the same as a line of Python."""

    label: str
    change: Config
    code: str


class EngineError(Exception):
    """An error as data, which says where, what was expected, what was found and how to mend it.

    Args:
        message: the whole message, in place of the parts below.
        where: what it happened in, such as "layer 'dense_1' (Dense)".
        expected: what was expected.
        actual: what was found.
        hint: a sentence that says what to do.
        fix: plain data that a program can apply to mend it.

    Example:
        >>> print(ShapeError(where="layer 'dense_1'", expected="rank 2", actual="(None, 8, 8)", hint="Put Flatten before it."))
        layer 'dense_1': expected rank 2, found (None, 8, 8). Put Flatten before it.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        where: str = "",
        expected: str = "",
        actual: str = "",
        hint: str | None = None,
        fix: Config | None = None,
    ) -> None:
        self.message = message
        self.where = where
        self.expected = expected
        self.actual = actual
        self.hint = hint
        self.fix: Config | None = fix
        super().__init__(message)

    def happened_in(self, where: str, layer: str) -> None:
        """Fill in which layer the error happened in, unless that is known already, also in its `fix`."""
        self.where = self.where or where
        if self.fix is not None:
            self.fix = _about(self.fix, layer)
            if "or" in self.fix:
                self.fix["or"] = [_about(other, layer) for other in self.fix["or"]]

    @property
    def mends(self) -> list[ErrorMend]:
        """What would mend it, the best first: `fix`, and what it names under "or"; empty where nothing is known."""
        fix = dict(self.fix or {})
        others: list[Config] = fix.pop("or", [])
        return [_mend(change) for change in ([fix, *others] if fix else others)]

    def __str__(self) -> str:
        text = self.message
        if text is None:
            text = f"expected {self.expected}, found {self.actual}."
        if self.where:
            text = f"{self.where}: {text}"
        if self.hint:
            text = f"{text} {self.hint}"
        return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


def _about(fix: Config, layer: str) -> Config:
    """A fix that names the layer which it mends."""
    if "insert" in fix and "before" not in fix:
        fix = {**fix, "before": layer}
    if "field" in fix.get("set", ()):
        fix = {**fix, "set": {"layer": layer, **fix["set"]}}
    return fix


def _mend(change: Config) -> ErrorMend:
    """A change as words and as a line of Python."""
    if "insert" in change:
        settings = change.get("settings") or {}
        values = ", ".join(f"{name}={_python(value)}" for name, value in settings.items())
        before = f" before {change['before']!r}" if "before" in change else ""
        call = f"{change['insert']}({values})"
        return {"label": f"Insert {call}{before}", "change": change, "code": f"{call}  #{before}" if before else call}
    what = change.get("set") or {}
    if "loss" in what:
        code = f"model.compile(model.optimizer, loss={what['loss']!r})"
        return {"label": f"Use the loss {what['loss']}", "change": change, "code": code}
    of = f" of {what['layer']!r}" if "layer" in what else ""
    field, value = what.get("field"), _python(what.get("value"))
    code = f"{field}={value}  #{of}" if of else f"{field}={value}"
    return {"label": f"Set {field}{of} to {value}", "change": change, "code": code}


def _python(value: object) -> str:
    return repr(tuple(value)) if isinstance(value, list) else repr(value)


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


class TooLarge(EngineError, ValueError, MemoryError):
    """More memory is asked for than a machine can address, or than this one has to spare."""


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


class TrainingError(EngineError, RuntimeError):
    """A run cannot go on."""


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
