"""Layers whose weights lie in other layers that they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core import registry
from ..core.tensor import Tensor, Variable
from .base import Layer


class Holder(Layer):
    """Base of layers that hold others: weights and penalties are those of the `held` layers."""

    @property
    def held(self) -> list[Layer]:
        """The layers whose weights are this one's."""
        raise NotImplementedError(f"{type(self).__name__}.held")

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return [w for layer in self.held for w in layer.trainable_weights] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training does not change."""
        fixed = [w for layer in self.held for w in layer.non_trainable_weights]
        return fixed if self.trainable else [*(w for layer in self.held for w in layer.trainable_weights), *fixed]

    @property
    def weights(self) -> list[Variable]:
        """All weights, layer by layer."""
        return [w for layer in self.held for w in layer.weights]

    def build_held(self, layer: Layer, shape: Any) -> None:
        """Build a held layer; its weights are named under this one, as in Keras's files."""
        if not layer.built:
            layer.build(shape)
            layer.built = True
        for weight in layer.weights:
            if weight.name is not None and not weight.name.startswith(f"{self.name}/"):
                weight.name = f"{self.name}/{weight.name}"

    @property
    def losses(self) -> list[Tensor]:
        """Penalties on weights and outputs, those of the held layers included."""
        return [*(loss for layer in self.held for loss in layer.losses), *super().losses]

    def get_losses_for(self, inputs: Any) -> list[Tensor]:
        """Losses of the call on `inputs`, or, for None, those that depend on no input; of the held layers too."""
        return [
            *(loss for layer in self.held for loss in layer.get_losses_for(inputs)),
            *super().get_losses_for(inputs),
        ]

    @property
    def updates(self) -> list[tuple[Variable, Any]]:
        """Assignments after a training step, those of the held layers included."""
        return [*(pair for layer in self.held for pair in layer.updates), *super().updates]

    def get_updates_for(self, inputs: Any) -> list[tuple[Variable, Any]]:
        """Updates of the call on `inputs`, or, for None, those that depend on no input; of the held layers too."""
        return [
            *(pair for layer in self.held for pair in layer.get_updates_for(inputs)),
            *super().get_updates_for(inputs),
        ]

    def _unbuilt_copy(self) -> Any:
        return type(self).from_config(self.get_config())

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The layer of a config that `get_config` gave, with new layers inside."""
        with registry.custom_object_scope(custom_objects or {}):
            return super().from_config(config)
