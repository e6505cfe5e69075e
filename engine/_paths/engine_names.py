"""The names that Keras kept in `keras.engine` and its modules `topology`, `training`, `base_layer`, `network`, ..."""

from __future__ import annotations

import sys
from types import ModuleType

from .._training.objective import weighted_masked_objective
from ..layers import Input, InputLayer, InputSpec, Layer, Node
from ..models import Model, Sequential
from ..models.network import Network
from ..models.stored_weights import preprocess_weights_for_loading
from ..utils.layer_utils import get_source_inputs
from .finder import ENGINE_MODULES
from .training_utils import check_array_length_consistency, check_loss_and_target_compatibility, make_batches

__path__: list[str] = []  # a package to the import system: `engine.engine.topology` is this module too
Container = Network  # its name until Keras 2.1

__all__ = [
    "Container",
    "Input",
    "InputLayer",
    "InputSpec",
    "Layer",
    "Model",
    "Network",
    "Node",
    "Sequential",
    "check_array_length_consistency",
    "check_loss_and_target_compatibility",
    "get_source_inputs",
    "make_batches",
    "preprocess_weights_for_loading",
    "weighted_masked_objective",
]


def __getattr__(name: str) -> ModuleType:
    """`keras.engine.topology`, for code that only wrote `import keras`."""
    if name in ENGINE_MODULES:
        return sys.modules[__name__]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
