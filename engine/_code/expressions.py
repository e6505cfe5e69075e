"""Expressions of a program -> values, as far as they follow from what is written."""

from __future__ import annotations

import ast
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from . import arithmetic
from .arithmetic import is_modest_format
from .attributes import attribute_of
from .imports import without_import
from .keras_calls import call_tensor_operator
from .plain_calls import listed, truth
from .state import State, TooMuch
from .values import (
    ArrayValue,
    FunctionValue,
    InstanceValue,
    LayerValue,
    MethodValue,
    ModelValue,
    Scope,
    Span,
    TensorValue,
    Unknown,
    Value,
    first_unknown,
    is_plain,
    is_small,
    is_unknown,
    span_of,
)

DEEPEST = 90
MOST_ROUNDS = 1000


class Expressions(ABC):
    """The part of the reader that follows expressions."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.depth = 0

    @abstractmethod
    def call(self, function: Value, arguments: list[Value], named: dict[str, Value]) -> Value:
        """What a call gives."""

    @abstractmethod
    def make_function(self, node: ast.Lambda, scope: Scope) -> FunctionValue:
        """A function of a program, from its definition."""

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """The value of an expression; Unknown where it follows only from running the program."""
        self.state.step()
        self.state.line = node.lineno
        if self.depth > DEEPEST:
            return Unknown("it is nested too deeply")
        read = self._readers.get(type(node))
        if read is None:
            return Unknown("such an expression is not read")
        self.depth += 1
        try:
            return read(self, node, scope)
        finally:
            self.depth -= 1

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        return Unknown("it is left out") if node.value is Ellipsis else node.value

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        table = scope.table_of(node.id)
        return without_import(node.id) if table is None else table[node.id]

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        member = attribute_of(owner, node.attr)
        if isinstance(member, MethodValue) and member.function is not None and member.function.how == "property":
            return self.call(member, [], {})
        return member

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        function = self.value(node.func, scope)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            table = scope.table_of("super()")
            return Unknown("there is no class around") if table is None else table["super()"]
        arguments: list[Value] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                items = listed(self.value(argument.value, scope))
                arguments += [Unknown("arguments come from data")] if items is None else items
            else:
                arguments.append(self.value(argument, scope))
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict):
                named.update({str(key): item for key, item in value.items()})
        self.state.line = node.lineno
        self.state.call = span_of(node)
        result = self.call(function, arguments, named)
        _stands_at(result, span_of(node))
        if isinstance(result, Unknown) and not result.called:
            return replace(result, called=_name_of(node.func))
        return result

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if isinstance(left, TensorValue) or isinstance(right, TensorValue):
            self.state.line = node.lineno
            return call_tensor_operator(self.state, node.op, left, right)
        return arithmetic.binary(node.op, left, right)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.value(node.operand, scope)
        if isinstance(node.op, ast.Not):
            answer = truth(value)
            return Unknown("it is not known") if answer is None else not answer
        return arithmetic.unary(node.op, value)

    def _bool(self, node: ast.BoolOp, scope: Scope) -> Value:
        ends_at = isinstance(node.op, ast.Or)
        value: Value = None
        unknown: Value = None
        for part in node.values:
            value = self.value(part, scope)
            answer = truth(value)
            if answer is None:
                unknown = value if is_unknown(value) else Unknown("it is not known")
            elif answer is ends_at:
                return value
        return value if unknown is None else unknown

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.value(node.left, scope)
        for operation, operand in zip(node.ops, node.comparators, strict=True):
            right = self.value(operand, scope)
            answer = arithmetic.compare(operation, left, right)
            if answer is not True:
                return answer
            left = right
        return True

    def _conditional(self, node: ast.IfExp, scope: Scope) -> Value:
        answer = truth(self.value(node.test, scope))
        if answer is None:
            return Unknown("it depends on what is known only when the program runs")
        return self.value(node.body if answer else node.orelse, scope)

    def _items(self, nodes: Sequence[ast.expr], scope: Scope) -> list[Value]:
        items: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                part = listed(self.value(node.value, scope))
                items += [Unknown("items come from data")] if part is None else part
            else:
                items.append(self.value(node, scope))
        return items

    def _list(self, node: ast.List, scope: Scope) -> Value:
        return self._items(node.elts, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Value:
        return tuple(self._items(node.elts, scope))

    def _set(self, node: ast.Set, scope: Scope) -> Value:
        items = self._items(node.elts, scope)
        return (
            arithmetic.carefully(set, items)
            if is_plain(items) and is_small(items)
            else Unknown("it is a set of objects")
        )

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        made: dict[Any, Value] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.value(value_node, scope)
            if key_node is None:
                if isinstance(value, dict):
                    made.update(value)
                continue
            key = self.value(key_node, scope)
            if not isinstance(key, (str, int, float, bool, tuple)) or not is_small(key, 100) or not is_plain(key):
                return Unknown("its keys are not known")
            made[key] = value
        return made

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            ends = [
                None if end is None else self.value(end, scope)
                for end in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            return _sliced(owner, ends)
        key = self.value(node.slice, scope)
        if isinstance(owner, Unknown):
            return Unknown(owner.reason, key=key if isinstance(key, str) else None)
        if isinstance(owner, TensorValue):
            self.state.say("not read", "Parts of a tensor are cut out by code; the whole tensor is taken.")
            return owner
        if isinstance(owner, ArrayValue):
            return (
                ArrayValue(owner.shape[1:]) if isinstance(key, int) and owner.shape else Unknown("it is a part of data")
            )
        if isinstance(key, Unknown):
            return key
        if isinstance(owner, (list, tuple, dict, str, range)) and is_small(key, 100) and is_plain(key):
            return arithmetic.carefully(operator.getitem, owner, key)
        return Unknown("it is taken out of something that is not known")

    def _text(self, node: ast.JoinedStr, scope: Scope) -> Value:
        parts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.value(part.value, scope)
                form = self.value(part.format_spec, scope) if part.format_spec is not None else ""
                if (
                    not is_plain(value)
                    or not is_small(value, 2000)
                    or not isinstance(form, str)
                    or not is_modest_format(form)
                ):
                    return first_unknown([value, form]) or Unknown("it is a text of what is not known")
                text = arithmetic.carefully(format, value if part.conversion != ord("r") else repr(value), form)
                if not isinstance(text, str):
                    return text
                parts.append(text)
            elif isinstance(part, ast.Constant):
                parts.append(str(part.value))
        return "".join(parts)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return self.make_function(node, scope)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        scope.assign(node.target.id, value)
        return value

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, scope: Scope) -> Value:
        inner = Scope(outer=scope)
        made: list[Value] = []

        def item() -> Value:
            if isinstance(node, ast.DictComp):
                return (self.value(node.key, inner), self.value(node.value, inner))
            return self.value(node.elt, inner)

        if not self._rounds(node.generators, inner, lambda: made.append(item())):
            return Unknown("it is made of data")
        if isinstance(node, ast.DictComp):
            pairs = [pair for pair in made if isinstance(pair, tuple)]
            return (
                arithmetic.carefully(dict, pairs)
                if is_small([pair[0] for pair in pairs])
                else Unknown("its keys are not known")
            )
        return arithmetic.carefully(set, made) if isinstance(node, ast.SetComp) and is_plain(made) else made

    def _rounds(self, generators: list[ast.comprehension], scope: Scope, take: Callable[[], None]) -> bool:
        """Whether all rounds of a comprehension are known; `take` is called in each."""
        if not generators:
            take()
            return True
        first = generators[0]
        items = listed(self.value(first.iter, scope))
        if items is None:
            return False
        if len(items) > MOST_ROUNDS * 10:
            raise TooMuch(
                where=f"line {self.state.line}", expected="a loop over literals", actual=f"{len(items)} rounds"
            )
        for item in items:
            self.assign(first.target, item, scope)
            answers = [truth(self.value(test, scope)) for test in first.ifs]
            if None in answers:
                return False
            if all(answers) and not self._rounds(generators[1:], scope, take):
                return False
        return True

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Give a target of an assignment its value."""
        if isinstance(target, ast.Name):
            scope.assign(target.id, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(target, value, scope)
        elif isinstance(target, ast.Subscript):
            owner, key = self.value(target.value, scope), None
            if isinstance(owner, (list, dict)) and not isinstance(target.slice, ast.Slice):
                key = self.value(target.slice, scope)
                if is_plain(key) and is_small(key, 100) and len(owner) < MOST_ROUNDS * 10:
                    arithmetic.carefully(owner.__setitem__, key, value)

    def _unpack(self, targets: list[ast.expr], value: Value, scope: Scope) -> None:
        items = listed(value)
        if isinstance(value, ArrayValue) and value.shape and value.shape[0] == len(targets):
            items = [ArrayValue(value.shape[1:])] * len(targets)
        starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        if items is not None and starred is not None and len(items) >= len(targets) - 1:
            end = len(items) - (len(targets) - 1 - starred)
            items = [*items[:starred], items[starred:end], *items[end:]]
        if items is None or len(items) != len(targets):
            reason = value if isinstance(value, Unknown) else Unknown("it has other parts than names")
            items = [reason] * len(targets)
        for target, item in zip(targets, items, strict=True):
            self.assign(target, item, scope)

    def _assign_attribute(self, target: ast.Attribute, value: Value, scope: Scope) -> None:
        owner = self.value(target.value, scope)
        if isinstance(owner, InstanceValue):
            owner.attributes[target.attr] = value
        else:
            self.set_attribute(owner, target.attr, value)

    @abstractmethod
    def set_attribute(self, owner: Value, name: str, value: Value) -> None:
        """Change a layer or a model, such as `layer.trainable = False`."""

    _readers: ClassVar[dict[type[ast.expr], Callable[[Expressions, Any, Scope], Value]]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.BoolOp: _bool,
        ast.Compare: _compare,
        ast.IfExp: _conditional,
        ast.List: _list,
        ast.Tuple: _tuple,
        ast.Set: _set,
        ast.Dict: _dict,
        ast.Subscript: _subscript,
        ast.JoinedStr: _text,
        ast.Lambda: _lambda,
        ast.NamedExpr: _named,
        ast.ListComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
    }


def _stands_at(result: Value, span: Span) -> None:
    """Remember the call that made a layer, or a tensor with a layer of its own, as `Input(...)` does."""
    made = result.node.layer if isinstance(result, TensorValue) else result
    if isinstance(made, (LayerValue, ModelValue)) and made.span is None:
        made.span = span


def _name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _sliced(owner: Value, ends: list[Value]) -> Value:
    if isinstance(owner, ArrayValue):
        return _part_of_array(owner, ends)
    if isinstance(owner, TensorValue):
        return owner
    unknown = first_unknown([owner] if isinstance(owner, Unknown) else ends)
    if unknown is not None:
        return unknown
    if isinstance(owner, (list, tuple, str, range)) and all(end is None or isinstance(end, int) for end in ends):
        return arithmetic.carefully(operator.getitem, owner, slice(*ends))
    return Unknown("it is a part of what is not known")


def _part_of_array(array: ArrayValue, ends: list[Value]) -> Value:
    length = array.shape[0] if array.shape else None
    part = None if length is None else arithmetic.carefully(operator.getitem, range(length), slice(*ends))
    return ArrayValue((len(part) if isinstance(part, range) else None, *array.shape[1:]))
