"""The model of what a reader of any format gives: a plain config and arrays by layer."""

from __future__ import annotations

import warnings
from typing import Any

from .._files.hdf5 import Loaded
from .._files.plain_model import PlainModel
from ..types import CustomObjects
from . import persistence


def model_of(plain: PlainModel, custom_objects: CustomObjects | None = None, compile: bool = True) -> Any:
    """The model of a plain config with its weights; nothing is read before all sizes fit.

    Args:
        plain: what a reader gave.
        custom_objects: classes and functions of your own that the config names.
        compile: False leaves the model uncompiled; True by default.

    Returns:
        A Model or a Sequential. What the file says and a model cannot is told in a warning.

    Raises:
        FileError: the weights are not the model's.
        GraphError: the layers do not fit together.
        UnknownName: there is no class of a name.
    """
    model = persistence.build(plain.config, custom_objects)
    if plain.weights is not None:
        persistence.check_sizes(
            model.layers, [(n, [(a.name, a.shape) for a in arrays]) for n, arrays in plain.weights], plain.source
        )
        loaded = Loaded((name, [(array.name, array.read()) for array in arrays]) for name, arrays in plain.weights)
        loaded.keras_version, loaded.backend = "2.2.4", "tensorflow"
        persistence.assign(model.layers, loaded, plain.source, by_name=True)
    if compile and plain.training is not None:
        slots = [(array.name, array.read()) for array in plain.slots or ()]
        persistence.compile_and_restore(model, dict(plain.training), slots, plain.source, custom_objects)
    for one in plain.left_out:
        warnings.warn(f"{plain.source}, {one.layer or 'model'}: {one.what}", stacklevel=4)
    return model
