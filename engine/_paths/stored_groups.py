"""Weights of layers in an open HDF5 group, as code that was written for Keras's own files reads and writes them.

`keras.engine.topology` had these functions until Keras 2.1, `keras.engine.saving` has them since.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .._files import hdf5
from ..layers.base import Layer
from ..models import persistence

if TYPE_CHECKING:
    import h5py


def save_weights_to_hdf5_group(f: h5py.Group, layers: Sequence[Layer]) -> None:
    """Write the weights of layers into a group, as `save_weights` writes those of a model.

    Args:
        f: an open file or group.
        layers: the layers, in order.

    Raises:
        SettingError: a name of a layer or a weight that HDF5 could not find again.
    """
    hdf5.write_weights(f, persistence.weights_of(layers))


def load_weights_from_hdf5_group(f: h5py.Group, layers: Sequence[Layer], reshape: bool = False) -> None:
    """Read weights into layers by their order; all or nothing.

    Args:
        f: an open file or group of weights, or a whole model's.
        layers: the layers that get them, in the file's order; those without weights are passed over.
        reshape: whether an array of as many numbers in another shape is taken, False by default.

    Raises:
        FileError: the group does not fit the layers.
    """
    persistence.assign(layers, hdf5.read_weights(f), str(f.file.filename), reshape=reshape)


def load_weights_from_hdf5_group_by_name(
    f: h5py.Group, layers: Sequence[Layer], skip_mismatch: bool = False, reshape: bool = False
) -> None:
    """Read weights into the layers whose names the group has; the others stay as they are.

    Args:
        f: an open file or group of weights, or a whole model's.
        layers: the layers that may get some.
        skip_mismatch: whether layers of another shape are passed over with a warning, False by default.
        reshape: whether an array of as many numbers in another shape is taken, False by default.

    Raises:
        FileError: weights of another number or shape.
    """
    loaded = hdf5.read_weights(f)
    persistence.assign(layers, loaded, str(f.file.filename), True, skip_mismatch, reshape)


def save_attributes_to_hdf5_group(group: h5py.Group, name: str, data: Sequence[str | bytes]) -> None:
    """Keep texts as an attribute, in numbered pieces where HDF5 has no room for them in one.

    Args:
        group: an open file or group.
        name: the attribute.
        data: the texts.

    Raises:
        RuntimeError: one text is too long for any attribute.
    """
    hdf5.put_list(group, name, data)


def load_attributes_from_hdf5_group(group: h5py.Group, name: str) -> list[str]:
    """The texts of an attribute that `save_attributes_to_hdf5_group` wrote; none where it is not there.

    Args:
        group: an open file or group.
        name: the attribute.

    Returns:
        The texts in order.
    """
    pieces = [name] if name in group.attrs else []
    while pieces[:1] != [name] and f"{name}{len(pieces)}" in group.attrs:
        pieces.append(f"{name}{len(pieces)}")
    texts = [text for piece in pieces for text in np.ravel(group.attrs[piece]).tolist()]
    return [text.decode("utf-8") if isinstance(text, bytes) else str(text) for text in texts]
