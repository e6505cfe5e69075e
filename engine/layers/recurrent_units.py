"""What SimpleRNN, GRU, LSTM and their cells share: settings, dropout masks, and which activations the ops know.

A cell and the layer over steps with the same settings both have `UnitSettings`. The layer runs all steps in one op.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .. import activations
from .._declared import rules
from .._declared.fields import REQUIRED, argument, field
from .._graph.backward import ones_like
from .._ops.gate_functions import FUNCTIONS as GATE_FUNCTIONS
from .base import Layer
from .cells import DropoutMasks
from .dropping import dropped
from .settings import (
    activation_field,
    dropout_field,
    initializer_field,
    limit_field,
    penalty_field,
    switch_field,
)

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._graph.tensor import Tensor
    from ..activations import Activation
    from ..types import Config
    from .dropping import Phase
    from .recurrent_base import RecurrentLayer
    from .settings import ActivationSetting, ConstraintSetting, InitializerSetting, RegularizerSetting


class UnitSettings(Layer):
    """Keras's settings of recurrent units, for cells and for layers over steps."""

    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_output_dim: int = argument(alias="output_dim", kw_only=True, default=None)
        _old_init: object = argument(alias="init", kw_only=True, default=None)
        _old_w_regularizer: object = argument(alias="W_regularizer", kw_only=True, default=None)
        _old_b_regularizer: object = argument(alias="b_regularizer", kw_only=True, default=None)
        _old_w_constraint: object = argument(alias="W_constraint", kw_only=True, default=None)
        _old_b_constraint: object = argument(alias="b_constraint", kw_only=True, default=None)
        _old_bias: bool = argument(alias="bias", kw_only=True, default=None)
        _old_inner_init: object = argument(alias="inner_init", kw_only=True, default=None)
        _old_inner_activation: object = argument(alias="inner_activation", kw_only=True, default=None)
        _old_u_regularizer: object = argument(alias="U_regularizer", kw_only=True, default=None)
        _old_dropout_w: float = argument(alias="dropout_W", kw_only=True, default=None)
        _old_dropout_u: float = argument(alias="dropout_U", kw_only=True, default=None)
        _old_consume_less: str = argument(alias="consume_less", kw_only=True, default=None)
        _old_forget_bias_init: object = argument(alias="forget_bias_init", kw_only=True, default=None)
        _old_input_length: int | None = argument(alias="input_length", kw_only=True, default=None)
    state_count: ClassVar[int] = 1

    units: int = field(rules.positive_int, default=REQUIRED, help="size of state and output")
    activation: ActivationSetting = activation_field(default="tanh", help="function for the candidate and the output")
    _: KW_ONLY
    use_bias: bool = switch_field(default=True, help="add a learnt bias")
    kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernel")
    recurrent_initializer: InitializerSetting = initializer_field(default="orthogonal", what="recurrent kernel")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="bias")
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel")
    recurrent_regularizer: RegularizerSetting = penalty_field(default=None, what="recurrent kernel")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="bias")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel")
    recurrent_constraint: ConstraintSetting = limit_field(default=None, what="recurrent kernel")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="bias")
    dropout: float = dropout_field(default=0.0, what="inputs")
    recurrent_dropout: float = dropout_field(default=0.0, what="state")

    @property
    def state_size(self) -> int | tuple[int, ...]:
        """Size of the state, or of each."""
        return self.units if self.state_count == 1 else (self.units,) * self.state_count

    @property
    def state_shapes(self) -> list[tuple[int, ...]]:
        """(units,) for each state."""
        return [(self.units,)] * self.state_count

    def draw_masks(self, step: Tensor, training: Phase) -> DropoutMasks:
        """Masks for the input of one step, (N, C), and for the state (Gal & Ghahramani, 2016)."""
        inputs = dropped(ones_like(step), self.dropout, training) if self.dropout else None
        if not self.recurrent_dropout:
            return DropoutMasks(inputs)
        ones = ops.repeat(ones_like(ops.getitem(step, (slice(None), slice(0, 1)))), self.units, axis=1)
        return DropoutMasks(inputs, dropped(ones, self.recurrent_dropout, training))


def op_settings(layer: RecurrentLayer, *settings: str) -> Config | None:
    """The settings of a layer as its op over all steps takes them; None where the op does not know an activation.

    Args:
        layer: the layer.
        *settings: names of its settings that are activations.
    """
    functions = {name: getattr(layer, name) for name in settings}
    if not all(map(is_gate_function, functions.values())):
        return None
    names = {name: gate_name(function) for name, function in functions.items()}
    return {**names, "go_backwards": layer.go_backwards, "return_sequences": layer.return_sequences}


def gate_name(activation: Callable[..., object] | None) -> str:
    """The name under which recurrent ops know a function."""
    return "linear" if activation is None else getattr(activation, "__name__", "")


def is_gate_function(activation: Activation | None) -> bool:
    """Whether the recurrent ops know this very function, not just one of its name."""
    name = gate_name(activation)
    return name in GATE_FUNCTIONS and activation in (None, getattr(activations, name, None), getattr(ops, name, None))
