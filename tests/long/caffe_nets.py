"""Caffe nets of public repositories open, with the shapes that they should have. --mirror DIR [--opencv PYTHON] [--table].

`tests/long/caffe_nets.txt` names them; `--mirror` is a folder of clones, as for `public_models`. `--opencv` is a Python that has
OpenCV 4 (`pip install opencv-python-headless==4.10.0.84`), which reads Caffe's files by code of its own: nets up to `--most`
million parameters get random weights in a .caffemodel, and both predict. `--table` writes the part of docs/public.md,
`--only TEXT` takes the files whose repository and path hold it, `--scan REPOSITORY` prints lines for the list.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine._files.caffe.net import CaffeLayer, net_of
from engine._files.caffe.schema import CAFFE
from engine._files.protobuf_text import read_text_format
from engine.errors import FileError, ShapeError
from engine.layers import DepthwiseConv2D
from engine.models import Model, load_caffe
from tests.engine.files.caffe.nets import encoded

from . import public_lists
from .public_lists import Entry, NotThere, cell, content, read_list

LIST = "caffe_nets.txt"
TOLERANCE = 1e-4
# What OpenCV 4.10 does otherwise than the program whose layer it is: a * y + x for a * x + y.
OTHERWISE = ('"Axpy"',)
SIZES = ((64, 64, 3), (28, 28, 1), (28, 28, 2), (4,))  # to try for a net that leaves its size to its data
# Runs in the Python of --opencv: (net, weights, arrays) of each job to the largest difference.
PEER = """
import json, sys
import cv2, numpy as np
for net, weights, arrays in json.load(open(sys.argv[1])):
    data = np.load(arrays)
    try:
        read = cv2.dnn.readNetFromCaffe(net, weights)
        read.setInput(np.ascontiguousarray(np.moveaxis(data["x"], -1, 1)))
        theirs, ours = read.forward(), data["y"]
        ours = np.moveaxis(ours, -1, 1) if ours.ndim == 4 else ours
        print(json.dumps(float(np.abs(theirs.reshape(ours.shape) - ours).max())), flush=True)
    except Exception as error:
        print(json.dumps(str(error).strip().splitlines()[-1][:100]), flush=True)
"""


class Outcome(NamedTuple):
    """What became of a file: "opens" with its parameters and shape, or "no" with the reason."""

    entry: Entry
    result: str
    parameters: int
    about: str
    peer: str = ""


def main(arguments: list[str]) -> int:
    """Check all nets; 1 where one differs from OpenCV, or fails otherwise than by a layer that there is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.long caffe_nets", description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--opencv", default="")
    parser.add_argument("--most", type=float, default=30.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--scan", default="")
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args(arguments)
    if options.scan:
        found = public_lists.files_of(options.mirror, options.scan, (".prototxt",))
        sys.stdout.writelines(entry.line() for entry in found if "solver" not in entry.path)
        return 0
    entries = [entry for entry in read_list(LIST) if options.only in f"{entry.repository}/{entry.path}"]
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [_opened(entry, options.mirror, Path(folder)) for entry in entries]
        if options.opencv:
            outcomes = _compared(outcomes, options, Path(folder))
    for outcome in outcomes:
        print(outcome.result, outcome.entry.repository, outcome.entry.path, outcome.about, outcome.peer)
    if options.table:
        public_lists.write_section("Caffe nets", _table(outcomes))
    missed = sum(outcome.result in ("fails", "differs", "not there") for outcome in outcomes)
    opened = sum(outcome.result == "opens" for outcome in outcomes)
    print(
        f"{len(outcomes)} Caffe nets of {len({e.repository for e in entries})} repositories, {opened} open, {missed} missed"
    )
    return 1 if missed else 0


def _load(path: Path, weights: Path | None = None) -> Model:
    """The model; a net that leaves its size to its data gets one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_caffe(path, weights)
        except FileError as error:
            if "input_shape" not in str(error):
                raise
        for shape in SIZES[:-1]:
            try:
                return load_caffe(path, weights, input_shape=shape)
            except (FileError, ShapeError):
                continue
        return load_caffe(path, weights, input_shape=SIZES[-1])


def _opened(entry: Entry, mirror: Path, folder: Path) -> Outcome:
    path = folder / f"{abs(hash(entry))}.prototxt"
    try:
        path.write_bytes(content(mirror, entry))
        model = _load(path)
    except NotThere as error:
        return Outcome(entry, "not there", 0, str(error))
    except FileError as error:
        known = "layers of known types" in str(error) or "a field" in str(error) or "as one of" in str(error)
        return Outcome(
            entry, "refused" if known else "fails", 0, str(error).replace(f"{path}: ", "").replace(str(path), "")
        )
    shapes = ", ".join(str(tensor.shape[1:]) for tensor in model.outputs[:3])
    return Outcome(entry, "opens", model.count_params(), f"{model.input_shape[1:]} → {shapes}")


def _compared(outcomes: Sequence[Outcome], options: argparse.Namespace, folder: Path) -> list[Outcome]:
    """The outcomes with what OpenCV says of nets for predictions that are small enough."""
    jobs: list[tuple[int, tuple[str, str, str]]] = []
    for number, outcome in enumerate(outcomes):
        if outcome.result == "opens" and outcome.parameters < options.most * 1e6 and "train" not in outcome.entry.path:
            job = _job(folder / f"{abs(hash(outcome.entry))}.prototxt")
            jobs += [(number, job)] if job is not None else []
    (folder / "jobs.json").write_text(json.dumps([job for _, job in jobs]))
    command = [options.opencv, "-c", PEER, str(folder / "jobs.json")]
    lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    made = list(outcomes)
    for (number, _), line in zip(jobs, lines, strict=False):
        found = json.loads(line)
        outcome = made[number]._replace(peer=f"{found:.0e}" if isinstance(found, float) else f"OpenCV: {found}")
        made[number] = outcome._replace(result="differs") if isinstance(found, float) and found > TOLERANCE else outcome
    return made


def _job(path: Path) -> tuple[str, str, str] | None:
    """Files of a net with random weights and what the engine predicts by them; None where that cannot be."""
    model, weights, arrays = _load(path), path.with_suffix(".caffemodel"), path.with_suffix(".npz")
    if len(model.inputs) > 1 or len(model.outputs) > 1:
        return None
    if any(kind in path.read_text("utf-8", "replace") for kind in OTHERWISE):
        return None
    net = net_of(read_text_format(path.read_text("utf-8", "replace"), CAFFE, "NetParameter", str(path)))
    rng = np.random.default_rng(20)
    layers: list[dict[str, object]] = []
    shape = [32 if n is None else n for n in model.inputs[0].shape[1:]]
    first = shape[-1]
    channels = {name: first for name, _ in net.inputs}  # of each blob, as a scale has so many factors
    for layer in net.of_phase("TEST"):
        made = _with_weights(layer, model, channels, rng)
        layers += [made] if made is not None else []
        known = [channels.get(bottom, 0) for bottom in layer.bottoms]
        place = {"Convolution": "convolution_param", "InnerProduct": "inner_product_param"}.get(
            layer.type.replace("Depthwise", "")
        )
        outputs = (
            layer.settings(place).whole("num_output")
            if place
            else sum(known)
            if layer.type == "Concat"
            else (known or [first])[-1]
        )
        channels |= dict.fromkeys(layer.tops, outputs)
    weights.write_bytes(encoded("NetParameter", {"layer": layers}))
    try:
        model = _load(path, weights)
    except FileError:  # parts of channels, whose number is not known here
        return None
    x = rng.normal(size=(1, *shape)).astype(np.float32)
    np.savez(arrays, x=x, y=model.predict(x))
    return str(path), str(weights), str(arrays)


def _with_weights(
    layer: CaffeLayer, model: Model, channels: dict[str, int], rng: np.random.Generator
) -> dict[str, object] | None:
    """The layer with random weights in Caffe's shapes; None where it has none."""
    found = [one for one in model.layers if one.name == layer.name and one.get_weights()]
    if layer.type == "Scale" and len(layer.bottoms) == 1:
        size, has_bias = channels[layer.bottoms[0]], layer.settings("scale_param").flag("bias_term")
        return _layer(layer, [1 + 0.1 * rng.normal(size=size), 0.1 * rng.normal(size=size)][: 1 + has_bias])
    if not found:
        return None
    first, *rest = found[0].get_weights()
    if layer.type == "BatchNorm":
        size = found[0].get_weights()[-1].shape
        return _layer(layer, [0.1 * rng.normal(size=size), rng.uniform(0.5, 1.5, size), np.ones(1)])
    if layer.type == "InnerProduct":
        kernel = rng.normal(size=first.shape[::-1]) * np.sqrt(0.5 / first.shape[0])
    elif isinstance(found[0], DepthwiseConv2D):
        height, width, channels, many = first.shape
        kernel = rng.normal(size=(channels * many, 1, height, width)) * np.sqrt(0.5 / (height * width))
    elif layer.type in ("Convolution", "ConvolutionDepthwise", "DepthwiseConvolution"):
        kernel = rng.normal(size=first.transpose(3, 2, 0, 1).shape) * np.sqrt(0.5 / first[..., 0].size)
    else:
        return _layer(layer, [0.1 * rng.normal(size=weight.size) for weight in (first, *rest)])
    return _layer(layer, [kernel, *(0.1 * rng.normal(size=weight.shape) for weight in rest)])


def _layer(layer: CaffeLayer, blobs: Sequence[np.ndarray]) -> dict[str, object]:
    tables = [{"shape": {"dim": list(blob.shape)}, "data": blob.astype("<f4")} for blob in blobs]
    return {"name": layer.name, "type": layer.type, "blobs": tables}


def _table(outcomes: Sequence[Outcome]) -> str:
    counts = Counter(outcome.result for outcome in outcomes)
    said = ", ".join(f"{count} {result}" for result, count in counts.most_common())
    lines = [
        f"Written by `python -m tests.long caffe_nets --table`: {len(outcomes)} files, {said}. OpenCV: largest difference of",
        "predictions with random weights. Refused are nets with layers of other programs (proposals, regions, Python).",
        "",
        "| repository | file | result | parameters | shapes, or why not | OpenCV |",
        "|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        parts = (one.entry.repository, one.entry.path, one.result, f"{one.parameters:,}" if one.parameters else "")
        lines.append("| " + " | ".join([*parts, cell(one.about, 110), cell(one.peer, 60)]) + " |")
    return "\n".join(lines) + "\n"
