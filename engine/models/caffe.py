"""Models of Caffe's files, and files of Caffe's of models."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from .._files.caffe import read_caffe
from .._files.caffe.writing import bytes_of, text_of
from .._files.files import write_bytes, write_text
from .._files.plain_model import LeftOut
from .attributes import trainer_of
from .caffe_writing import net_of_model
from .plain import model_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..types import FilePath
    from .model import Model
    from .network import Network

__all__ = ["load_caffe", "save_caffe"]


def load_caffe(
    net: FilePath,
    weights: FilePath | None = None,
    *,
    phase: Literal["TRAIN", "TEST"] | None = None,
    input_shape: Sequence[int] | None = None,
    solver: FilePath | None = None,
    compile: bool = True,
) -> Model:
    """The model of a Caffe net, with axes as Keras has them: (N, H, W, C).

    Kernels and the first dense weights are turned for that order, so the model takes pictures (height, width, channels) and gives
    what Caffe gives for the same pictures (channels, height, width). Layers keep their names. A batch normalisation and the scale
    behind it become one layer, padding of convolutions a layer of its own where Keras has no word for it, and a loss at the end
    what `compile` gets. What Caffe's data layers do to pictures is not part of the model; a warning says what it was.

    Args:
        net: the path of a .prototxt, or of a .caffemodel, which says its layers too, as they were in training.
        weights: the path of a .caffemodel; layers take its weights by their names. None, the default: those of `net`, if any.
        phase: "TEST" or "TRAIN", whose layers count. None, the default: those of TEST, with the losses of TRAIN.
        input_shape: the shape of a sample of the first input, (height, width, channels), for nets that leave it to their data, or
            in place of what the file says; None, the default: the file's.
        solver: the path of a solver's .prototxt, whose optimizer, rate (with its policy) and weight_decay the model is compiled
            with; None, the default: a rate and a momentum of ours. The net that it names is not opened.
        compile: whether a net with losses is compiled, True by default.

    Returns:
        A Model, with fresh weights where no file has them.

    Raises:
        FileError: it is not a net of Caffe's; layers that there are not here, by their names; weights of other shapes.
        OSError: a file cannot be read.

    Example:
        >>> import os, tempfile
        >>> from pathlib import Path
        >>> text = '''
        ... layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 32 dim: 32 } } }
        ... layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
        ...         convolution_param { num_output: 8 kernel_size: 5 } }
        ... '''
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "deploy.prototxt")
        ...     _ = Path(path).write_text(text)
        ...     load_caffe(path).output_shape
        (None, 28, 28, 8)
    """
    shape = None if input_shape is None else tuple(int(length) for length in input_shape)
    return model_of(read_caffe(net, weights, phase=phase, input_shape=shape, solver=solver), None, compile)


def save_caffe(model: Network, net: FilePath, weights: FilePath | None = None) -> None:
    """Write a model as a Caffe net: its layers as a .prototxt for predictions, its weights as a .caffemodel.

    The net takes pictures (channels, height, width) and gives what the model gives for the same ones with the channels last. A
    layer keeps its name; its activation, and the scale of a batch normalisation, are layers behind it.

    Args:
        model: a model whose layers Caffe has, with known sizes, channels last.
        net: path of the text.
        weights: path of the binary file with the weights; None, the default, writes none.

    Raises:
        FileError: layers that Caffe has no word for, all by their names and what they lack. Nothing is written then.
        OSError: a file cannot be written.

    Example:
        >>> import os, tempfile
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "net.prototxt")
        ...     save_caffe(Sequential([Dense(2, activation="softmax", input_dim=4)]), path)
        ...     load_caffe(path).count_params()
        10
    """
    table = net_of_model(model, os.fsdecode(net))
    write_text(os.fsdecode(net), text_of(table))
    if weights is not None:
        write_bytes(os.fsdecode(weights), bytes_of(table))


def write_prototxt(model: Network, path: str) -> list[LeftOut]:
    """The layers of a model as a Caffe net, for `engine.converting`; errors as for `save_caffe`."""
    save_caffe(model, path)
    return _left_out(model)


def write_caffemodel(model: Network, path: str) -> list[LeftOut]:
    """The layers of a model and their weights as a Caffe net, for `engine.converting`; errors as for `save_caffe`."""
    write_bytes(path, bytes_of(net_of_model(model, path)))
    return _left_out(model)


def _left_out(model: Network) -> list[LeftOut]:
    """What a net for predictions does not say of a model."""
    if trainer_of(model).optimizer is None:
        return []
    return [
        LeftOut(
            "",
            "Loss and optimizer are left out: Caffe has them in files for training, and this one is for predictions.",
        )
    ]
