"""One step of a loop, recorded once on placeholders so that a plan can run it again and again, with its gradients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .._graph.backward import BackwardCall
from .._graph.gradient import gradients
from .._graph.graph import concrete_shapes, order
from .._graph.memory import Sizes
from .._graph.op import Op
from .._graph.tensor import Call, Constant, Placeholder, Tensor
from ..errors import GraphError
from ..types import Shape
from .arithmetic import add, multiply
from .random import Random
from .reduce import sum as sum_


class StepGradients(NamedTuple):
    """The recorded gradients of one step.

    dys: placeholders for the gradients of the output and of the states number `float_states`. results: the gradients of
    the step's inputs number `inputs`.
    """

    dys: list[Placeholder]
    float_states: list[int]
    inputs: list[int]
    results: list[Tensor]


class RecordedStep:
    """One step, recorded: from elements of the sequences, states and captured tensors to an output and new states.

    captured: the variables and tensors from outside that the step uses; `inputs` ends with placeholders for them.
    draws: results of calls that draw random numbers, in the order in which every plan of the step shall draw them: that of
    the step itself, unless `draws` of another step say which numbers are to be drawn again.
    """

    def __init__(
        self,
        sequences: Sequence[Placeholder],
        states: Sequence[Placeholder],
        results: Sequence[Tensor],
        unmasked: Tensor,
        draws: Sequence[Tensor] | None = None,
    ) -> None:
        elements = [*sequences, *states]
        self.captured: list[Tensor] = []
        inside, replaced = _free_standing([*results, unmasked, *(draws or ())], elements, self.captured)
        self.inputs: list[Placeholder] = [*elements, *replaced]
        self.output, *self.states = inside[: len(results)]
        self.unmasked = inside[len(results)]
        self.draws: list[Tensor] = inside[len(results) + 1 :]
        if draws is None:
            self.draws = [call.outputs[0] for call in order([self.output, *self.states]) if _random_ops([call])]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(order([self.output, *self.states]))} calls)"

    def shapes(self, inputs: Sequence[Shape | None]) -> list[Sizes]:
        """Shapes of output and states for concrete shapes of the inputs; None: one that they do not depend on."""
        return self._shapes([self.output, *self.states], inputs)

    def output_shape(self, inputs: Sequence[Shape | None]) -> Sizes:
        """Shape of the output before masking, which does not depend on what came before it."""
        return self._shapes([self.unmasked], inputs)[0]

    def _shapes(self, results: list[Tensor], inputs: Sequence[Shape | None]) -> list[Sizes]:
        feeds = {x: shape for x, shape in zip(self.inputs, inputs, strict=True) if shape is not None}
        shapes = concrete_shapes(results, order(results), list(feeds), feeds)
        return [shapes[y] for y in results]

    def flops(self, inputs: Sequence[Shape]) -> int:
        """Floating point operations of one step for concrete shapes of the inputs."""
        results = [self.output, *self.states]
        calls = order(results)
        shapes = concrete_shapes(results, calls, self.inputs, dict(zip(self.inputs, inputs, strict=True)))
        return sum(call.flops(shapes) for call in calls)

    def gradients(self, asked: Sequence[int]) -> StepGradients:
        """The gradients with respect to the inputs number `asked`. Raises GraphError where there is none."""
        float_states = [i for i, s in enumerate(self.states) if s.dtype.kind == "f"]
        results = [self.output, *(self.states[i] for i in float_states)]
        dys = [Placeholder(y.shape, y.dtype) for y in results]
        total, *others = [sum_(multiply(y, dy)) for y, dy in zip(results, dys, strict=True)]
        for other in others:
            total = add(total, other)
        recorded = gradients(total, [self.inputs[i] for i in asked])
        present = [(i, dx) for i, dx in zip(asked, recorded, strict=True) if dx is not None]
        return StepGradients(dys, float_states, [i for i, _ in present], [dx for _, dx in present])

    @property
    def random_ops(self) -> list[Random]:
        """The ops in it that draw random numbers, those of loops inside it included."""
        return _random_ops(order(self.draws))


class OverSteps(Op):
    """An op that runs a recorded step."""

    step: RecordedStep

    @property
    def draws(self) -> bool:
        """Whether a step draws random numbers."""
        return bool(self.step.draws)


def _free_standing(
    results: list[Tensor], elements: Sequence[Tensor], captured: list[Tensor]
) -> tuple[list[Tensor], list[Placeholder]]:
    """The results recorded anew on placeholders for all that comes from outside, which is added to `captured`."""
    calls = order(results)
    dependent = _dependent(calls, elements)
    known: dict[Tensor, Tensor] = {x: x for x in elements}
    placeholders: list[Placeholder] = []

    def inner(x: Tensor) -> Tensor:
        if x in known or isinstance(x, Constant):
            return known.get(x, x)
        captured.append(x)
        placeholders.append(Placeholder(x.shape, x.dtype, x.name))
        known[x] = placeholders[-1]
        return known[x]

    copies: dict[Call, Call] = {}
    for call in calls:
        if not any(y in dependent for y in call.outputs):
            continue
        copy = copies[call] = call.copy(tuple(None if x is None else inner(x) for x in call.inputs), copies)
        known.update(zip(call.outputs, copy.outputs, strict=True))
    return [inner(y) for y in results], placeholders


def _dependent(calls: list[Call], elements: Sequence[Tensor]) -> set[Tensor]:
    """What differs from step to step, and what a gradient that does so goes back through. Raises GraphError."""
    dependent = set(elements)
    for call in calls:
        behind = call.forward.inputs if isinstance(call, BackwardCall) else ()
        if not any(x in dependent for x in (*call.inputs, *behind) if x is not None):
            continue
        dependent.update(call.outputs)
        if isinstance(call, BackwardCall) and not dependent.issuperset(call.forward.outputs):
            # It shares its workspace with the forward call, which therefore has to run in the step too.
            if _random_ops([call.forward]):
                raise GraphError(
                    where="gradients in the step of a loop",
                    expected="random numbers drawn from what the step gets, or no gradient with respect to them",
                    actual=f"{call.forward!r}, drawn once for all steps",
                    hint="Let the op that draws work on the step's input or its states.",
                )
            dependent.update(call.forward.outputs)
    return dependent


def _random_ops(calls: Iterable[Call]) -> list[Random]:
    """The ops of the calls that draw random numbers, those in loops included."""
    drawing: list[Random] = []
    for call in calls:
        if isinstance(call.op, Random):
            drawing.append(call.op)
        elif isinstance(call.op, OverSteps):
            drawing.extend(call.op.step.random_ops)
    return drawing
