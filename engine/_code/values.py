"""What names of a program stand for while it is read: plain data, and these for all that is no plain data."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from ..layers.base import Layer
    from ..types import Config

Value = object
"""Plain data (numbers, texts, lists, dicts ...) or one of the classes below."""

MOST_ITEMS = 100_000
DEEPEST_DATA = 40


@dataclass(frozen=True)
class Unknown:
    """A value that is known only when the program runs.

    Args:
        reason: what it is, in words that follow "since": "x_train is data".
        key: the name under which it was taken out of a table of arrays, None elsewhere.
        batch_size: how many samples a generator gives at a time, None where that is not known.
        called: the name of the function whose result it is, "" elsewhere.
    """

    reason: str
    key: str | None = None
    batch_size: int | None = None
    called: str = ""


TOO_LARGE = Unknown("the value is too large")


@dataclass(frozen=True)
class Symbol:
    """A name of an imported module, such as ("keras", "layers", "Dense")."""

    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its last part."""
        return self.path[-1]

    def __str__(self) -> str:
        return ".".join(part for part in self.path if part)


@dataclass(frozen=True)
class ArrayValue:
    """An array of which the shape is known.

    Args:
        shape: its sizes, None where one is not known.
        classes: how many classes there are, of an array of labels.
    """

    shape: tuple[int | None, ...]
    classes: int | None = None


@dataclass(frozen=True)
class Span:
    """Where a call stands: lines from 1 through all cells, columns from 0 in bytes, as `ast` counts them."""

    line: int
    column: int
    end_line: int
    end_column: int


def span_of(node: ast.expr) -> Span:
    """Where an expression stands."""
    end_line = node.lineno if node.end_lineno is None else node.end_lineno
    return Span(node.lineno, node.col_offset, end_line, node.end_col_offset or 0)


@dataclass(eq=False)
class LayerValue:
    """A layer of the program.

    Args:
        class_name: its present class.
        config: its settings, without the name.
        name: its name.
        shape: the shape of the input, batch included, where the layer states one.
        layer: the engine's layer, without weights; None for one that has a model inside.
        nodes: its calls.
        span: the call that makes it, None where no single call does.
    """

    class_name: str
    config: Config
    name: str
    shape: list[int | None] | None = None
    layer: Layer | None = None
    nodes: list[NodeValue] = field(default_factory=list, repr=False)
    span: Span | None = None


@dataclass(eq=False)
class NodeValue:
    """One call of a layer or of a model; `serial` counts all calls, so that one that feeds another has the smaller one."""

    layer: LayerValue | ModelValue
    inputs: list[TensorValue]
    arguments: Config = field(default_factory=dict)
    shapes: list[tuple[int | None, ...] | None] | None = None
    """Of the results, once they were asked for."""
    serial: int = field(default_factory=itertools.count().__next__)

    def __post_init__(self) -> None:
        if isinstance(self.layer, LayerValue):
            self.layer.nodes.append(self)


@dataclass(frozen=True, eq=False)
class TensorValue:
    """One result of a call."""

    node: NodeValue
    index: int = 0


@dataclass(eq=False)
class ModelValue:
    """A model of the program: a stack, or a graph between tensors."""

    sequential: bool
    name: str
    line: int
    layers: list[LayerValue | ModelValue] = field(default_factory=list)
    inputs: list[TensorValue] = field(default_factory=list)
    outputs: list[TensorValue] = field(default_factory=list)
    variable: str = ""
    training: Config = field(default_factory=dict)
    data: dict[str, list[str | None]] = field(default_factory=dict)
    trainable: bool = True
    compiled: int = 0
    fitted: int = 0
    inside: bool = False
    span: Span | None = None
    methods: dict[str, Span] = field(default_factory=dict)
    """The last call of `compile` and of `fit`."""

    @property
    def class_name(self) -> str:
        """Its class in a file."""
        return "Sequential" if self.sequential else "Model"


@dataclass(frozen=True, eq=False)
class SettingValue:
    """An initializer, regularizer, constraint, optimizer, loss or metric that the program made, as the engine's object or name."""

    kind: str
    thing: Any
    name: str


@dataclass(frozen=True)
class FallingRate:
    """A learning rate that is divided by 1 + decay * steps, as `InverseTimeDecay` says it."""

    rate: Value
    decay: float


@dataclass(frozen=True, eq=False)
class CallbackValue:
    """A callback that the program made."""

    name: str


@dataclass(eq=False)
class FunctionValue:
    """A function that the program defines."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    defaults: dict[str, Value]
    name: str
    owner: ClassValue | None = None
    how: str = ""
    followed: bool = False


@dataclass(eq=False)
class ClassValue:
    """A class that the program defines."""

    name: str
    bases: list[Value]
    members: dict[str, Value]

    def find(self, name: str) -> Value | None:
        """A member of the class or of one that it derives from."""
        if name in self.members:
            return self.members[name]
        known = (base.find(name) for base in self.bases if isinstance(base, ClassValue))
        return next((member for member in known if member is not None), None)

    def symbols(self) -> list[Symbol]:
        """The imported classes that it derives from."""
        direct = [base for base in self.bases if isinstance(base, Symbol)]
        return direct + [symbol for base in self.bases if isinstance(base, ClassValue) for symbol in base.symbols()]


@dataclass(eq=False)
class InstanceValue:
    """An object of a class that the program defines."""

    cls: ClassValue
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class MethodValue:
    """A method of a value, or a function of the program bound to an object."""

    owner: Value
    name: str
    function: FunctionValue | None = None


@dataclass(frozen=True, eq=False)
class SuperValue:
    """What `super()` gives in a method."""

    instance: Value
    cls: ClassValue


@dataclass(eq=False)
class ModuleValue:
    """A file beside the program that it imports. names: those at its top."""

    name: str
    names: dict[str, Value]


@dataclass(eq=False)
class Scope:
    """Names of a module, a function or a class, and the scope around."""

    names: dict[str, Value] = field(default_factory=dict)
    outer: Scope | None = None
    outside: set[str] = field(default_factory=set)
    """Names that the function declares as `global` or `nonlocal`."""

    def table_of(self, name: str) -> dict[str, Value] | None:
        """The names among which this one is defined, here or further out; None where it is not defined."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names
            scope = scope.outer
        return None

    def assign(self, name: str, value: Value) -> None:
        """Give a name its value, where the function that is read would put it."""
        scope = self
        while name in scope.outside and scope.outer is not None:
            scope = scope.outer
            if name in scope.names:
                break
        scope.names[name] = value


def is_unknown(value: Value) -> TypeGuard[Unknown]:
    """Whether the value is known only when the program runs."""
    return isinstance(value, Unknown)


def _parts(value: Value, most: int = MOST_ITEMS) -> Iterator[Value]:
    """A value and all parts of it, if it is plain data; TOO_LARGE at the end where there are more than `most`.

    Lists inside lists can have more parts than memory has room for, or be their own parts.
    """
    count, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        yield item
        count += 1
        if count > most:
            yield TOO_LARGE
            return
        if isinstance(item, dict):
            waiting += [part for pair in item.items() for part in pair]
        elif isinstance(item, (list, tuple, set, frozenset)):
            waiting += item


def first_unknown(value: Value) -> Unknown | None:
    """An unknown part of plain data; None where all of it is known."""
    return next((part for part in _parts(value) if isinstance(part, Unknown)), None)


def is_small(value: Value, most: int = MOST_ITEMS) -> bool:
    """Whether plain data have at most so many parts and letters: lists inside lists can be larger than memory."""
    count, waiting = 0, [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        count += len(item) if isinstance(item, (str, bytes)) else 1
        if isinstance(item, range):
            count += len(item) if item.stop - item.start < 2**31 else most
        if count > most or depth > DEEPEST_DATA:
            return False
        if isinstance(item, dict):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, (list, tuple, set, frozenset)):
            waiting += [(part, depth + 1) for part in item]
    return True


def is_plain(value: Value) -> bool:
    """Whether a value is plain data all through."""
    kinds = (bool, int, float, complex, str, bytes, range, dict, list, tuple, set, frozenset)
    return all(part is None or isinstance(part, kinds) for part in _parts(value))
