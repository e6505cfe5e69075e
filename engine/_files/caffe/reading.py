"""Reading Caffe's files into a plain model."""

from __future__ import annotations

import mmap
import os

from ...errors import FileError
from ...types import FilePath
from ..files import open_regular
from ..plain_model import PlainModel
from ..protobuf import Message
from ..protobuf_binary import read_wire
from ..protobuf_text import read_text_format
from .convert import plain_model_of
from .net import CaffeNet, Phase, net_of
from .schema import CAFFE

__all__ = ["read_caffe"]

_FIRST_BYTES = 4096
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\v\f\r")  # bytes that no text begins with
_MOST_TEXT = 8 * 2**20
_NET = "NetParameter"


def read_caffe(
    path: FilePath,
    weights: FilePath | None = None,
    *,
    phase: Phase | None = None,
    input_shape: tuple[int, ...] | None = None,
    solver: FilePath | None = None,
) -> PlainModel:
    """The plain model of a Caffe net.

    Args:
        path: a .prototxt or a .caffemodel, known by its content. The second says the layers too, as they were in training.
        weights: a .caffemodel whose weights are taken by the names of layers; None, the default, those of `path`.
        phase: "TEST" or "TRAIN", whose layers count; None: TEST, or TRAIN where the net is whole in that alone.
        input_shape: the shape of a sample as the model has it, (height, width, channels) of pictures, where the file does not say
            it or for another size; None: the file's.
        solver: a solver's .prototxt, for optimizer, rate and penalties; None: a rate and a momentum of ours.

    Returns:
        The model with axes in Keras's order (N, H, W, C), kernels and first dense weights turned for it.

    Raises:
        FileError: it is not a net of Caffe's, it has layers that there are not here, or its weights are not the net's.
        OSError: it cannot be read.
    """
    message = _read(path)
    net = net_of(message)
    stored: CaffeNet | None = None
    if weights is not None:
        stored = net_of(_read(weights))
        if not any(layer.blobs for layer in stored.layers):
            raise FileError(
                file=os.fsdecode(weights), expected="a .caffemodel with weights", actual="a net without any"
            )
    sample_shape = input_shape
    if input_shape is not None and len(input_shape) == 3:
        height, width, channels = input_shape
        sample_shape = channels, height, width
    unknown = [one for one in message.everything() if one.unknown]
    trained = None if solver is None else _read(solver, "SolverParameter")
    unknown += [] if trained is None or not trained.unknown else [trained]
    return plain_model_of(net, stored, phase, sample_shape, os.fsdecode(path), unknown, trained)


def _read(path: FilePath, kind: str = _NET) -> Message:
    name = os.fsdecode(path)
    with open_regular(name) as file:
        start = file.read(_FIRST_BYTES)
        size = os.fstat(file.fileno()).st_size
        if not any(byte in _NO_TEXT for byte in start):
            file.seek(0)
            if size > _MOST_TEXT:
                raise FileError(file=name, expected=f"at most {_MOST_TEXT} bytes of text", actual=str(size))
            text = file.read(_MOST_TEXT + 1).decode("utf-8-sig", "replace")
            return read_text_format(text, CAFFE, kind, name)
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    return read_wire(data, CAFFE, kind, name)
