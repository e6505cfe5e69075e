"""Files that tf.keras 2 loads: Keras 2's HDF5 with its names, its optimizers and their arrays in its order."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._files import hdf5
from .._files.guarded_hdf5 import Storage
from .._files.plain_model import LeftOut
from ..optimizers import LossScaleOptimizer, Optimizer
from ..types import Config
from .attributes import trainer_of
from .keras3_config import rate_of_no_keras
from .keras3_optimizer import named_by_weight, product_of_momenta
from .network import Network
from .persistence import architecture, check_names_of, refuse_lost, training_of
from .stored_weights import NamedArrays
from .tf_keras_config import BY_CUSTOM_OBJECTS, optimizer_of_tf_keras, stored_there, written_config


def write_as_tf_keras(model: Network, storage: Storage, include_optimizer: bool = True) -> None:
    """Write a model as tf.keras 2 does: as Keras 2, with `learning_rate` and the optimizers that tf.keras calls legacy."""
    training, slots = training_of(model) if include_optimizer else (None, None)
    if training is not None:
        for sentence in _trains_otherwise(training["optimizer_config"]):
            warnings.warn(f"save as tf.keras: {sentence}", stacklevel=4)
        training = {**training, "optimizer_config": optimizer_of_tf_keras(training["optimizer_config"])}
    optimizer = trainer_of(model).optimizer
    if slots and optimizer is not None and type(optimizer).__name__ == "Nadam":
        product = np.asarray(product_of_momenta(optimizer), "float32")  # which tf.keras keeps behind the step count
        slots.insert(1, ("training/Nadam/momentum_cache:0", product))
    if slots and optimizer is not None and training is not None:
        slots = _slots_of_tf_keras(model, optimizer, training["optimizer_config"], slots)
    lost: list[LeftOut] = []
    config = architecture(model)
    config["config"] = written_config(model, config["config"], lost)
    refuse_lost(lost, "tf.keras's HDF5")
    check_names_of(model.layers)
    weights = [(layer.name, [(str(w.name), w.host()) for w in stored_there(layer)]) for layer in model.layers]
    hdf5.write_model(storage, config, training, weights, slots, None)


def _trains_otherwise(optimizer: Mapping[str, Any]) -> list[str]:
    """Sentences about what is not as here when tf.keras trains on."""
    name, config = str(optimizer["class_name"]), optimizer["config"]
    said = [sentence for sentence in [rate_of_no_keras(config)] if sentence is not None]
    if config.get("gradient_accumulation_steps"):
        said.append("There each batch is an update: tf.keras has no gradient_accumulation_steps.")
    if name in BY_CUSTOM_OBJECTS:
        said.append(f"Load it there with custom_objects={{'{name}': tf.keras.optimizers.{name}}}, or save as .keras.")
    return said


def _slots_of_tf_keras(model: Network, optimizer: Optimizer, written: Config, slots: NamedArrays) -> NamedArrays | None:
    """What tf.keras keeps of an optimizer that it calls a legacy one, or of one that it has since 2.11."""
    inner = written["config"].get("inner_optimizer", written)
    if inner["config"].get("is_legacy_optimizer", True):
        # Of a LossScaleOptimizer it keeps the arrays of the optimizer within alone.
        return slots[2:] if isinstance(optimizer, LossScaleOptimizer) else slots
    return named_by_weight(optimizer, trainer_of(model).ready().updater(), model.trainable_weights)
