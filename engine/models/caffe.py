"""Models of Caffe's files, and files of Caffe's of models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._files.caffe import read_caffe
from .._files.hdf5 import Loaded
from . import persistence
from .model import Model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._files.caffe.net import Phase
    from ..types import FilePath

__all__ = ["load_caffe"]


def load_caffe(
    net: FilePath,
    weights: FilePath | None = None,
    phase: Phase | None = None,
    input_shape: Sequence[int] | None = None,
    compile: bool = True,
) -> Model:
    plain = read_caffe(net, weights, phase=phase, input_shape=None if input_shape is None else tuple(input_shape))
    model = persistence.build(plain.config)
    if plain.weights is not None:
        loaded = Loaded((name, [(a.name, a.read()) for a in arrays]) for name, arrays in plain.weights)
        loaded.keras_version, loaded.backend = "2.2.4", "tensorflow"
        persistence.assign(model.layers, loaded, plain.source, by_name=True)
    return model
