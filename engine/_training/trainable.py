"""What a trainer asks of what it trains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.device_base import Device
from ..types import Data
from .step import Update


class Trainable(Protocol):
    """What a trainer asks of what it trains; each is asked anew, as layers may be added or frozen."""

    name: str
    inputs: list[Tensor]
    outputs: list[Tensor]
    shared_by: Sequence[Device]

    @property
    def output_names(self) -> list[str]:
        """Names of the outputs, as `loss` and `y` may call them."""
        ...

    @property
    def fed_inputs(self) -> list[Placeholder]:
        """The inputs that take data."""
        ...

    @property
    def fed_input_names(self) -> list[str]:
        """Names of the inputs that take data."""
        ...

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        ...

    @property
    def weights(self) -> list[Variable]:
        """All weights, also those that training leaves alone."""
        ...

    @property
    def updates(self) -> Sequence[Update]:
        """What is assigned after each training step."""
        ...

    @property
    def state_updates(self) -> Sequence[Update]:
        """What is assigned after each step of any kind."""
        ...

    @property
    def losses(self) -> Sequence[Tensor | float]:
        """Penalties beside the losses of the outputs."""
        ...

    @property
    def added_metrics(self) -> Sequence[tuple[str, Tensor]]:
        """Tensors that are shown beside the loss, by name."""
        ...

    @property
    def stateful(self) -> bool:
        """Whether a layer keeps its state from batch to batch."""
        ...

    @property
    def uses_learning_phase(self) -> bool:
        """Whether training and test give other outputs."""
        ...

    @property
    def preparing(self) -> Sequence[Callable[[], None]]:
        """What layers do before each training step, outside of the graph."""
        ...

    def build_from_data(self, x: Data) -> None:
        """Take the shape of the inputs from the data."""
        ...
