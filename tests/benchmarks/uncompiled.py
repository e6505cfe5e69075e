"""`python -m tests.benchmarks uncompiled`: which calls of a training step and of a prediction stay in Python, and why.

Each layer stands between two Dense layers, where its inputs are real, so that its gradients are asked for too; recurrent layers
come behind Masking as well. Cells of one's own are measured within `RNN`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from engine import _ops as ops
from engine import layers, models
from engine._declared import registry
from engine._graph.backward import BackwardCall
from engine._graph.native_context import BACKWARD, FORWARD
from engine._graph.tensor import Call
from engine._native.library import library
from engine._training.user_data import Arrays
from tests.promises.every_layer_samples import OF_TEXTS, SAMPLES


class Row(NamedTuple):
    """What stays in Python of a layer's model, while training and while predicting: each call with its reason."""

    name: str
    training: list[str]
    predicting: list[str]


_CELLS: dict[str, Callable[[], Any]] = {
    "RNN of LSTMCell": lambda: layers.RNN(layers.LSTMCell(5)),
    "RNN of stacked cells": lambda: layers.RNN([layers.GRUCell(5), layers.SimpleRNNCell(4), layers.LSTMCell(3)]),
}


def add_arguments(parser: ArgumentParser) -> None:
    """Which layers."""
    parser.add_argument("--only", nargs="*", help="names of layers")
    parser.add_argument("--all", action="store_true", help="also print layers of which nothing stays in Python")


def run(options: Namespace) -> None:
    """Print a line for each layer that has calls in Python, and how many have none."""
    loaded = library()
    print(f"level: {loaded.level if loaded else 'not built'}")
    seen = whole = 0
    for row in rows(options.only):
        seen += 1
        whole += not row.training and not row.predicting
        if row.training or row.predicting or options.all:
            print(f"{row.name:<26}training: {'; '.join(row.training) or '-'}")
            if row.predicting != row.training:
                print(f"{'':<26}prediction: {'; '.join(row.predicting) or '-'}")
    print(f"{whole} of {seen} compiled as a whole")


def rows(only: list[str] | None = None) -> Iterator[Row]:
    """A row for each layer with a sample, in the order of their names."""
    with registry.custom_object_scope({"negative": ops.negative}):
        for name in sorted(SAMPLES):
            settings, shapes, _ = SAMPLES[name]
            if name == "InputLayer" or name in OF_TEXTS or (only and name not in only):
                continue
            cls: Any = registry.find("layer", name)
            yield _row(name, lambda cls=cls, settings=settings: cls(**settings), shapes, name == "Embedding")
            if hasattr(cls, "return_sequences") and len(shapes[0]) == 3 and not name.startswith("CuDNN"):
                yield _row(
                    f"{name}, masked", lambda cls=cls, settings=settings: cls(**settings), shapes, False, masked=True
                )
        for name, make in _CELLS.items():
            if not only or name in only:
                yield _row(name, make, [(3, 5, 4)], False)


def _row(
    name: str, make: Callable[[], Any], shapes: list[tuple[int, ...]], of_numbers: bool, masked: bool = False
) -> Row:
    rng = np.random.default_rng(0)
    x = [rng.integers(0, 9, shape).astype("int32") if of_numbers else rng.normal(size=shape) for shape in shapes]
    inputs = [layers.Input(shape=shape[1:], dtype="int32" if of_numbers else "float32") for shape in shapes]
    hidden = inputs if of_numbers else [layers.Dense(shape[-1])(i) for i, shape in zip(inputs, shapes, strict=True)]
    if masked:
        hidden = [layers.Masking()(h) for h in hidden]
    output = make()(hidden if len(hidden) > 1 else hidden[0])
    output = output[0] if isinstance(output, list) else output
    model = models.Model(inputs, layers.Dense(2)(output) if len(output.shape) > 1 else output)
    model.compile("adam", "mse")
    y = np.zeros_like(model.predict(x))
    return Row(name, _in_python(model, x, y), _in_python(model, x, None))


def _in_python(model: Any, x: list[Any], y: Any) -> list[str]:
    """The calls in Python of one step, each kind once, with the reason."""
    step, arrays, _ = model._trainer.step_on(Arrays(x, y, None))
    plan = step.plan([a.shape for a in arrays])
    if not plan.is_native and not plan.calls_in_python:
        return ["the whole step: there is no library"]
    found: dict[str, None] = {}
    present = set(plan.calls_in_python)
    for call in plan.calls_in_python:
        forward = call.forward if isinstance(call, BackwardCall) else call
        reasons = [_reason(one) for one in (forward, *_gradients_of(forward, present))]
        reason = next((text for text in reasons if text), "no form for these settings or shapes")
        found[f"{type(forward.op).__name__} ({reason})"] = None
    return list(found)


def _gradients_of(forward: Call, calls: set[Call]) -> list[Call]:
    return [call for call in calls if isinstance(call, BackwardCall) and call.forward is forward]


def _reason(call: Call) -> str:
    """Why a call has no instructions, as far as its rule does not decide it; "" where it does."""
    rules, what = (BACKWARD, "its gradient has no rule") if call.is_backward else (FORWARD, "no rule")
    rule = rules.get(type(call.op))
    if rule is None:
        return what
    kinds = sorted({str(x.dtype) for x in (*call.present_inputs, *call.outputs)} - {"float32"})
    return "" if rule.suits(call) else f"types {', '.join(kinds)}"
