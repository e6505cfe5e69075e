"""The model of what a reader of any format gives: a plain config and arrays by layer."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from .._files import hdf5
from .._files.hdf5 import Loaded
from .._files.plain_model import PlainArray, PlainModel
from ..errors import FileError, ShapeError, shorten
from ..types import CustomObjects
from . import persistence
from .attributes import trainer_of
from .keras3_files import layer_order
from .keras3_optimizer import restore_slots
from .keras3_paths import places
from .network import Network


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
    if plain.flat is not None:
        _assign_flat(model, plain.flat, layer_order(plain.config), plain.source)
    if compile and plain.training is not None:
        _compile(model, plain, custom_objects)
    for one in plain.left_out:
        warnings.warn(f"{plain.source}, {one.layer or 'model'}: {one.what}", stacklevel=4)
    return model


def _assign_flat(model: Network, arrays: Sequence[PlainArray], order: Sequence[str] | None, source: str) -> None:
    """Set the weights layer by layer, once all of them fit."""
    wanted = places(model, order)
    if len(wanted) != len(arrays):
        raise FileError(file=source, expected=f"{len(wanted)} weights", actual=str(len(arrays)))
    for place, array in zip(wanted, arrays, strict=True):
        if place.variable.shape != array.shape:
            expected = f"shape {place.variable.shape} for weight {shorten(place.variable.name)} of {place.layer.where}"
            raise FileError(file=source, expected=expected, actual=f"shape {array.shape}")
    values = [array.read() for array in arrays]
    for place, value in zip(wanted, values, strict=True):
        place.variable.assign(value.astype(place.variable.dtype, copy=False))


def _compile(model: Any, plain: PlainModel, custom_objects: CustomObjects | None) -> None:
    """Compile a model as its file says, and give its optimizer the arrays that the file has; sizes are known before."""
    where, training = plain.source, dict(plain.training or {})
    most = hdf5.most_slots(sum(weight.nbytes for weight in model.weights))
    slots = list(plain.slots or ())
    if 4 * sum(math.prod(array.shape) for array in slots) > most:
        raise FileError(file=where, expected=f"at most {most} bytes of the optimizer's state", actual="more")
    arrays = [array.read() for array in slots]
    if not plain.slots_by_weight:
        named = [(slot.name, array) for slot, array in zip(slots, arrays, strict=True)]
        persistence.compile_and_restore(model, training, named, where, custom_objects)
        return
    persistence.compile_and_restore(model, training, [], where, custom_objects)
    if arrays:
        compiled = trainer_of(model).ready()
        compiled.train_step()
        trainable = set(model.trainable_weights)
        order = [one.variable for one in places(model, layer_order(plain.config)) if one.variable in trainable]
        try:
            restore_slots(compiled, arrays, order)
        except ShapeError as error:
            warnings.warn(
                f"{where}: the optimizer's state does not fit, so training goes on with a fresh one: {error}",
                stacklevel=5,
            )
