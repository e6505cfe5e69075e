"""Images with their channels first, computed with channels last: what comes in and goes out of such calls is reordered once.

The library in C knows channels last alone. Ops say by `channels_last_form` what does the same on such images; a plan puts that
in their place, with a transposition wherever a call needs the other order. Calls in a row hand the reordered images on, and
transpositions that nobody reads are left out again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, TypeAlias

from .backward import BackwardCall, GradientOfWeights
from .memory import Sizes
from .op import ForwardCall
from .op_base import Op
from .tensor import Call, Tensor


class ChannelsLast(NamedTuple):
    """An op on images with channels last, in place of one on images with channels first.

    Attributes:
        op: the op.
        images: the numbers of the inputs that are such images.
        gives_image: whether its first result is one too.
        always: whether that pays where the images have to be reordered first.
    """

    op: Op
    images: tuple[int, ...] = (0,)
    gives_image: bool = True
    always: bool = True


Rule: TypeAlias = "Callable[[Any, tuple[Sizes | None, ...]], ChannelsLast | None]"

_rules: dict[type[Op], Rule] = {}
_transpositions: list[Callable[[Sizes], Op]] = []


def channels_last_form(*ops: type[Op]) -> Callable[[Rule], Rule]:
    """Decorator: the function gives what does the same as an op of these types on inputs of some shapes, or None."""

    def decorate(rule: Rule) -> Rule:
        _rules.update(dict.fromkeys(ops, rule))
        return rule

    return decorate


def transposes(make: Callable[[Sizes], Op]) -> Callable[[Sizes], Op]:
    """Decorator: the function gives the op that puts axes into an order."""
    _transpositions[:] = [make]
    return make


def channels_last(
    calls: Sequence[Call], targets: Collection[Tensor], absent: Collection[Tensor], shapes: dict[Tensor, Sizes]
) -> list[Call]:
    """The calls, those on images with channels first on reordered ones; `shapes` gets those of what is new."""
    moving = _Moving(calls, absent, shapes)
    for call in calls:
        moving.add(call)
    return moving.needed(targets) if moving.is_used else list(calls)


def _last(shape: Sizes) -> Sizes:
    return (shape[0], *shape[2:], shape[1])


class _Moving:
    """The calls so far, with the reordered image of each one that has one."""

    def __init__(self, calls: Sequence[Call], absent: Collection[Tensor], shapes: dict[Tensor, Sizes]) -> None:
        self._shapes = shapes
        self._calls: list[Call] = []
        self._reordered: dict[Tensor, Tensor] = {}
        self._forms: dict[Call, tuple[ForwardCall, ChannelsLast]] = {}
        self._transpositions: set[Call] = set()
        # Gradients that do not come back through the image would need the forward call as it was.
        backwards = [call for call in calls if isinstance(call, BackwardCall)]
        self._as_they_are = {b.forward for b in backwards if b.dys[0] is None or b.dys[0] in absent}

    @property
    def is_used(self) -> bool:
        """Whether any call has another form."""
        return bool(self._forms)

    def add(self, call: Call) -> None:
        """The next call, in the form that is best for it."""
        if isinstance(call, GradientOfWeights) and (form := self._form(call.forward)) is not None:
            self._forward(call.forward, form)
        if isinstance(call, BackwardCall) and call.forward in self._forms:
            self._calls.append(self._backward(call, *self._forms[call.forward]))
        elif isinstance(call, ForwardCall) and (form := self._form(call)) is not None:
            self._calls.append(self._forward(call, form))
        else:
            self._calls.append(call)
            return
        for y in call.outputs:
            if y in self._reordered:
                rank = len(self._shapes[y])
                back = self._transposition(self._reordered[y], (0, rank - 1, *range(1, rank - 1)), call.where)
                back.outputs = (y,)

    def needed(self, targets: Collection[Tensor]) -> list[Call]:
        """All calls but transpositions that nobody reads."""
        read = set(targets)
        needed: list[Call] = []
        for call in reversed(self._calls):
            if call not in self._transpositions or call.outputs[0] in read:
                needed.append(call)
                read.update((*call.needs(None), *call.present_inputs))
        return needed[::-1]

    def _form(self, call: ForwardCall) -> ChannelsLast | None:
        rule = _rules.get(type(call.op))
        x = call.inputs[0] if call.inputs else None
        if rule is None or x is None or x.dtype.kind != "f" or call in self._as_they_are:
            return None
        form = rule(call.op, tuple(None if x is None else self._shapes[x] for x in call.inputs))
        if form is None or not (form.always or all(call.inputs[i] in self._reordered for i in form.images)):
            return None
        return form

    def _forward(self, call: ForwardCall, form: ChannelsLast) -> ForwardCall:
        inputs = tuple(
            self._image(x, call.where) if i in form.images and x is not None else x for i, x in enumerate(call.inputs)
        )
        made = type(call)(form.op, inputs, call.where)
        made.outputs = tuple(
            self._result(y, made, index) if form.gives_image and index == 0 else y
            for index, y in enumerate(call.outputs)
        )
        self._forms[call] = made, form
        return made

    def _backward(self, call: BackwardCall, forward: ForwardCall, form: ChannelsLast) -> BackwardCall:
        dy, *others = call.dys
        assert dy is not None
        dys = (self._image(dy, call.where) if form.gives_image else dy, *others)
        made = type(call)(forward, dys, call.wanted)
        made.outputs = tuple(
            self._result(dx, made, index) if i in form.images else dx
            for index, (i, dx) in enumerate(zip(call.wanted, call.outputs, strict=True))
        )
        return made

    def _image(self, x: Tensor, where: str | None) -> Tensor:
        """The reordered image, transposed where there is none yet."""
        if x not in self._reordered:
            rank = len(self._shapes[x])
            call = self._transposition(x, (0, *range(2, rank), 1), where)
            call.outputs = (self._result(x, call, 0),)
        return self._reordered[x]

    def _result(self, y: Tensor, call: Call, index: int) -> Tensor:
        """A new tensor that stands for y with its channels last."""
        made = Tensor(_last(self._shapes[y]), y.dtype, call=call, index=index)
        self._shapes[made] = _last(self._shapes[y])
        self._reordered[y] = made
        return made

    def _transposition(self, x: Tensor, order: Sizes, where: str | None) -> ForwardCall:
        (make,) = _transpositions
        call = ForwardCall(make(order), (x,), where)
        self._transpositions.add(call)
        self._calls.append(call)
        return call
