"""How fast this machine trains, by kind of op, and what a model's step takes at these speeds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.describe import OpCost, OpKind, Tensor, cost_by_op
from engine.describe.trial import fill_weights, random_data, runs_compiled, sample_bytes, weight_bytes
from engine.layers import (
    LSTM,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
)
from engine.models import Model

# Forward, gradients for inputs and gradients for weights cost about alike.
_PASSES = 3
# Seconds for a call of an op and of its gradient, apart from their arithmetic.
_CALL = 20e-6
# Seconds for which each kind of op is tried.
_PROBE = 0.03
_FAMILIES: dict[OpKind, str] = {
    "product": "products",
    "convolution": "convolutions",
    "depthwise": "depthwise",
    "lstm": "recurrent",
    "gru": "recurrent",
    "simple_rnn": "recurrent",
    "loop": "recurrent",
}
# Buffers of models that were tried, in multiples of what is kept, 0.6 to 2.1 of it where results that the same pass reads
# again lie in a thread's own memory, as compiled steps have it. Gradients on their way back need memory of their own. For
# recurrent ops, in multiples of steps times units: gates and states.
_BUFFERS_COMPILED, _BUFFERS = 1.2, 1.9
_BUFFERS_OF_STEPS: dict[OpKind, float] = {"lstm": 13.5, "gru": 11, "simple_rnn": 5}


@dataclass(frozen=True)
class Speed:
    """Floating point operations a second by kind of op; `moving`: bytes a second that simple ops and updates handle."""

    products: float
    convolutions: float
    depthwise: float
    recurrent: float
    moving: float

    def seconds(self, model: Model, samples: int) -> float:
        """A training step of a compiled model on so many samples, estimated from its ops."""
        parts = cost_by_op(model.inputs, model.outputs)
        accumulators = len(model.optimizer.slot_names())
        update = weight_bytes(model) * (3 + 2 * accumulators) / self.moving
        return update + len(parts) * _CALL + samples * sum(map(self._a_sample, parts))

    def fastest(self, other: Speed) -> Speed:
        """The better of two measurements, kind by kind: whatever else goes on in a machine only ever slows it down."""
        return Speed(**{name: max(value, getattr(other, name)) for name, value in vars(self).items()})

    def _a_sample(self, part: OpCost) -> float:
        family = _FAMILIES.get(part.kind)
        if family is None:
            return _PASSES * (part.inputs + part.outputs) / self.moving
        return _PASSES * part.flops / getattr(self, family)


@dataclass(frozen=True)
class Memory:
    """Bytes that a training model holds: weights, gradients and accumulators; buffers and data of one sample."""

    lasting: float
    a_sample: float


def estimated_memory(model: Model) -> Memory:
    """The memory of a compiled model that trains, from its weights and results."""
    parts = cost_by_op(model.inputs, model.outputs)
    trained = sum(w.size * w.dtype.itemsize for w in model.trainable_weights)
    lasting = weight_bytes(model) + trained * (1 + len(model.optimizer.slot_names()))
    buffers = (_BUFFERS_COMPILED if runs_compiled() else _BUFFERS) * sum(p.kept for p in parts) + sum(
        map(_of_steps, parts)
    )
    return Memory(lasting, buffers + 2 * sample_bytes(model))


def _of_steps(part: OpCost) -> float:
    """Bytes that a recurrent op works with for a sample."""
    x, recurrent = part.shapes[0], part.shapes[2] if len(part.shapes) > 2 else None
    factor = _BUFFERS_OF_STEPS.get(part.kind, 0)
    return 0 if x is None or recurrent is None else factor * (x[1] or 1) * (recurrent[0] or 1) * 4


def measure_speed(cancelled: Callable[[], bool] = lambda: False) -> Speed | None:
    """Try one small model for each kind of op, some tenths of a second in all; None when cancelled meanwhile."""
    speeds: dict[str, float] = {}
    for name, (build, batch) in _PROBES.items():
        if cancelled():
            return None
        speeds[name] = _speed_of(*build(), batch, "bytes" if name == "moving" else "flops")
    return Speed(**speeds)


def _speed_of(inputs: Tensor, outputs: Tensor, batch: int, counted: Literal["flops", "bytes"]) -> float:
    """Operations or bytes a second of a small model's training step."""
    model = Model(inputs, outputs, name="probe")
    model.compile("sgd", "mse")
    rng = np.random.default_rng(0)
    fill_weights(model, rng)
    x, y = random_data(model, batch, rng)
    times: list[float] = []
    # The first steps load libraries, take memory and wake threads.
    while len(times) < 4 or (sum(times[1:]) < _PROBE and len(times) < 20):
        began = time.perf_counter()
        model.train_on_batch(x, y)
        times.append(time.perf_counter() - began)
    parts = cost_by_op(model.inputs, model.outputs)
    done = sum(p.flops for p in parts) if counted == "flops" else sum(p.inputs + p.outputs for p in parts)
    return _PASSES * batch * done / min(times[1:])


def _dense() -> tuple[Tensor, Tensor]:
    x = Input((512,), name="x")
    return x, Dense(512, name="second")(Dense(512, name="first")(x))


def _conv() -> tuple[Tensor, Tensor]:
    x = Input((28, 28, 32), name="x")
    return x, Conv2D(32, 3, padding="same", name="second")(Conv2D(32, 3, padding="same", name="first")(x))


def _depthwise() -> tuple[Tensor, Tensor]:
    x = Input((28, 28, 32), name="x")
    first = DepthwiseConv2D(3, padding="same", name="first")(x)
    return x, DepthwiseConv2D(3, padding="same", name="second")(first)


def _recurrent() -> tuple[Tensor, Tensor]:
    x = Input((20, 64), name="x")
    return x, LSTM(128, name="first")(x)


def _simple() -> tuple[Tensor, Tensor]:
    x = Input((28, 28, 32), name="x")
    y = x
    for index in range(2):
        y = Activation("relu", name=f"relu_{index}")(BatchNormalization(name=f"norm_{index}")(y))
    return x, GlobalAveragePooling2D(name="last")(MaxPooling2D(name="pool")(y))


_PROBES: dict[str, tuple[Callable[[], tuple[Tensor, Tensor]], int]] = {
    "products": (_dense, 128),
    "convolutions": (_conv, 8),
    "depthwise": (_depthwise, 8),
    "recurrent": (_recurrent, 32),
    "moving": (_simple, 32),
}
