"""What goes on inside LSTM, GRU and SimpleRNN: gates and states at every time step, by their formulas in plain NumPy.

The formulas are those of the layers' docstrings; the last state that comes out is the layer's own output. Dropout is not
applied, as in predictions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, cast

import numpy as np

from .._graph.tensor import Tensor, Variable
from ..layers.cudnn_layout import gru_weights, lstm_weights
from ..layers.cudnn_recurrent import CuDNNGRU, CuDNNLSTM
from ..layers.gru import GRU
from ..layers.lstm import LSTM
from ..layers.node import as_list
from ..layers.simple_rnn import SimpleRNN
from ..types import Array
from .places import Place
from .reading import Fed, Reader

Function: TypeAlias = "Callable[[Array], Array]"


class _Units(Protocol):
    """What the formulas need of a recurrent layer."""

    units: int
    go_backwards: bool
    kernel: Variable
    recurrent_kernel: Variable
    bias: Variable | None

    def first_states(self, with_inputs: Sequence[Tensor | None], initial_state: object) -> list[Tensor | None]: ...


@dataclass(frozen=True)
class _Sequence:
    """x: (N, T, C). present: (N, T), which steps count; None: all. states: the first ones, (N, U) each."""

    x: Array
    present: Array | None
    states: list[Array]


@dataclass(frozen=True)
class _Weights:
    """kernel: (C, gates * U). recurrent: (U, gates * U). bias: of the inputs. recurrent_bias: of the states."""

    kernel: Array
    recurrent: Array
    bias: Array
    recurrent_bias: Array


_Step: TypeAlias = "Callable[[Array, list[Array]], tuple[dict[str, Array], list[Array]]]"


def gates_of(reader: Reader, fed: Fed, layer_call: Place) -> dict[str, Array]:
    """Gates and states by name, (N, T, U) each, of a recurrent layer with known formulas; nothing of any other.

    An LSTM has "input gate", "forget gate", "candidate", "output gate", "cell state" and "state", a GRU "update gate", "reset
    gate", "candidate" and "state", a SimpleRNN "state". At a masked step the states are those of the step before.
    """
    layer = layer_call.layer
    if not isinstance(layer, (LSTM, GRU, SimpleRNN, CuDNNLSTM, CuDNNGRU)):
        return {}
    sequence = _read(reader, fed, layer_call)
    units = cast("_Units", layer)
    weights = _weights(units)
    if isinstance(layer, (LSTM, CuDNNLSTM)):
        step = _lstm_step(weights, units.units, *_functions(layer))
    elif isinstance(layer, (GRU, CuDNNGRU)):
        after = isinstance(layer, CuDNNGRU) or layer.reset_after
        step = _gru_step(weights, units.units, *_functions(layer), after=after)
    else:
        step = _simple_step(weights, _function(layer.activation))
    return _run(step, sequence, units.go_backwards)


def _read(reader: Reader, fed: Fed, layer_call: Place) -> _Sequence:
    layer = cast("_Units", layer_call.layer)
    x, *with_inputs = layer_call.inputs
    states = layer.first_states(with_inputs, layer_call.arguments.get("initial_state"))
    mask = as_list(layer_call.arguments.get("mask"))[0]
    wanted = [x, *(s for s in (*states, mask) if s is not None)]
    values = dict(zip(wanted, reader.values(fed, wanted), strict=True))
    zeros = np.zeros((len(values[x]), layer.units), values[x].dtype)
    first = [zeros if s is None else _for_samples(values[s], len(zeros)) for s in states]
    return _Sequence(values[x], None if mask is None else values[mask].astype(bool), first)


def _for_samples(state: Array, samples: int) -> Array:
    return state if len(state) == samples else np.broadcast_to(state[:1], (samples, *state.shape[1:]))


def _weights(layer: _Units) -> _Weights:
    arrays = [w.host() for w in (layer.kernel, layer.recurrent_kernel, layer.bias) if w is not None]
    if isinstance(layer, CuDNNLSTM):
        arrays = lstm_weights(arrays, cudnn=False)
    elif isinstance(layer, CuDNNGRU):
        arrays = gru_weights(arrays, cudnn=False)
    kernel, recurrent, *biases = (array.astype(np.float64) for array in arrays)
    none = np.zeros(kernel.shape[1])
    bias = biases[0] if biases else none
    if bias.ndim == 2:
        return _Weights(kernel, recurrent, np.asarray(bias[0]), np.asarray(bias[1]))
    return _Weights(kernel, recurrent, bias, none)


def _functions(layer: object) -> tuple[Function, Function]:
    """The functions of the candidate and of the gates; CuDNN's are fixed."""
    if isinstance(layer, (CuDNNLSTM, CuDNNGRU)):
        return np.tanh, lambda x: 1 / (1 + np.exp(-x))
    return _function(getattr(layer, "activation", None)), _function(getattr(layer, "recurrent_activation", None))


def _function(activation: object) -> Function:
    return (lambda x: x) if activation is None else cast("Function", activation)


def _lstm_step(weights: _Weights, units: int, function: Function, gate: Function) -> _Step:
    def step(x: Array, states: list[Array]) -> tuple[dict[str, Array], list[Array]]:
        h, c = states
        z = x @ weights.kernel + h @ weights.recurrent + weights.bias + weights.recurrent_bias
        i, f, g, o = (z[:, k * units : (k + 1) * units] for k in range(4))
        i, f, g, o = gate(i), gate(f), function(g), gate(o)
        c = f * c + i * g
        return {"input gate": i, "forget gate": f, "candidate": g, "output gate": o}, [o * function(c), c]

    return step


def _gru_step(weights: _Weights, units: int, function: Function, gate: Function, *, after: bool) -> _Step:
    def columns(z: Array, k: int) -> Array:
        return z[:, k * units : (k + 1) * units]

    def step(x: Array, states: list[Array]) -> tuple[dict[str, Array], list[Array]]:
        (h,) = states
        a = x @ weights.kernel + weights.bias
        b = h @ weights.recurrent + weights.recurrent_bias
        z, r = (gate(columns(a, k) + columns(b, k)) for k in (0, 1))
        inner = r * columns(b, 2) if after else (r * h) @ columns(weights.recurrent, 2)
        g = function(columns(a, 2) + inner)
        return {"update gate": z, "reset gate": r, "candidate": g}, [z * h + (1 - z) * g]

    return step


def _simple_step(weights: _Weights, function: Function) -> _Step:
    def step(x: Array, states: list[Array]) -> tuple[dict[str, Array], list[Array]]:
        return {}, [function(x @ weights.kernel + states[0] @ weights.recurrent + weights.bias)]

    return step


def _run(step: _Step, sequence: _Sequence, backwards: bool) -> dict[str, Array]:
    """All time steps; what is given stands at the time step that it was computed for."""
    x, states = sequence.x, sequence.states
    names = ("state", "cell state")[: len(states)]
    sequences: dict[str, Array] = {}
    times = range(x.shape[1] - 1, -1, -1) if backwards else range(x.shape[1])
    for t in times:
        parts, new = step(x[:, t], states)
        if sequence.present is not None:
            there = sequence.present[:, t, None]
            new = [np.where(there, after, before) for after, before in zip(new, states, strict=True)]
        states = new
        for name, value in (*parts.items(), *zip(names, states, strict=True)):
            whole = sequences.get(name)
            if whole is None:
                whole = sequences[name] = np.empty((len(x), x.shape[1], value.shape[1]), x.dtype)
            whole[:, t] = value
    return sequences
