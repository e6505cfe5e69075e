"""`TensorBoard`: event files that TensorBoard shows, written by the library tensorboardX."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np

from .._declared import rules
from .._graph.gradient import gradients
from .._machine.config import follows_later_keras
from .._training.array_rows import ArrayData
from .._training.callback import Callback
from .._training.step import Step
from ..errors import SettingError
from ..layers.node import Node
from ..types import Array, ArrayLike, FilePath, Logs, Samples

__all__ = ["TensorBoard"]


class TensorBoard(Callback):
    """Write the values of training into event files, which TensorBoard shows.

    `tensorboard --logdir ./logs` starts it; the files are written by the library tensorboardX.

    Args:
        log_dir: folder of the files, "./logs" by default.
        histogram_freq: every so many epochs histograms of weights and layers' outputs are written; 0, the default:
            never. They need arrays as validation data; in programs for later Keras weights alone are written without.
        batch_size: so many of the first validation samples are used for histograms, 32 by default.
        write_graph: whether the layers are written as a graph, True by default.
        write_grads: whether histograms of gradients are written with the others, False by default.
        write_images: whether the weights are written as images with the histograms, False by default.
        embeddings_freq: every so many epochs outputs of layers are written; 0, the default: never.
        embeddings_layer_names: the layers whose outputs are written, all Embedding layers by default.
        embeddings_metadata: a file with a label for each row, or a dict of such files by layer.
        embeddings_data: inputs for which these outputs are computed.
        update_freq: "epoch", the default, "batch", or a number of samples between two writings of losses and metrics.
        write_steps_per_second: accepted as in tf.keras, False by default; speeds are not written.
        profile_batch: accepted as in tf.keras, 0 by default; nothing is profiled.

    Raises:
        ImportError: tensorboardX is not installed; the message has the command.
        SettingError: data are missing, or `update_freq` is none of these.

    Example:
        >>> TensorBoard("./logs", update_freq="batch").update_freq
        1
    """

    def __init__(
        self,
        log_dir: FilePath = "./logs",
        histogram_freq: int = 0,
        batch_size: int = 32,
        write_graph: bool = True,
        write_grads: bool = False,
        write_images: bool = False,
        embeddings_freq: int = 0,
        embeddings_layer_names: Sequence[str] | None = None,
        embeddings_metadata: FilePath | Mapping[str, FilePath] | None = None,
        embeddings_data: Samples | Sequence[Samples] | None = None,
        update_freq: Literal["epoch", "batch"] | int = "epoch",
        write_steps_per_second: bool = False,
        profile_batch: object = 0,
    ) -> None:
        super().__init__()
        if embeddings_freq and embeddings_data is None:
            raise SettingError(
                where="TensorBoard", expected="embeddings_data, as embeddings_freq is set", actual="None"
            )
        if update_freq not in ("epoch", "batch") and not rules.positive_int.test(update_freq):
            expected = "'epoch', 'batch' or a number of samples"
            raise SettingError(where="TensorBoard, update_freq", expected=expected, actual=repr(update_freq))
        self.log_dir = log_dir
        self.histogram_freq = histogram_freq
        self.batch_size = batch_size
        self.write_graph = write_graph
        self.write_grads = write_grads
        self.write_images = write_images
        self.embeddings_freq = embeddings_freq
        self.embeddings_layer_names = embeddings_layer_names
        self.embeddings_metadata = embeddings_metadata
        self.embeddings_data = embeddings_data
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self.samples_seen = 0
        self.samples_seen_at_last_write = 0
        self.writer: Any = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin a file, with the graph of layers."""
        if self.histogram_freq and not self.validation_data and not follows_later_keras():
            raise SettingError(
                where="TensorBoard, histogram_freq",
                expected="validation data as arrays",
                actual="none",
                hint="For histograms validation_data must be provided to fit, or validation_split.",
            )
        # A later training in the same folder begins a new file; the count of samples goes on.
        self.writer = event_library().SummaryWriter(os.fsdecode(self.log_dir))
        if self.write_graph:
            self._write_graph()

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write the batch's values after every `update_freq` samples."""
        logs = logs or {}
        if self.update_freq == "epoch":
            return
        self.samples_seen += logs.get("size", 0)
        if self.samples_seen - self.samples_seen_at_last_write >= int(self.update_freq):
            self._write_scalars(logs, self.samples_seen)
            self.samples_seen_at_last_write = self.samples_seen

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the epoch's values, and histograms and outputs of layers every so many epochs."""
        self._write_scalars(logs or {}, epoch if self.update_freq == "epoch" else self.samples_seen)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_histograms(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings(epoch)
        self.writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the file."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    def _write_scalars(self, logs: Logs, step: int) -> None:
        for name, value in logs.items():
            if name not in ("batch", "size"):
                self.writer.add_scalar(name, float(value), step)

    def _write_histograms(self, epoch: int) -> None:
        layers = self.model.layers
        for weight in dict.fromkeys(w for layer in layers for w in layer.weights):
            tag = weight.name.replace(":", "_")
            self._histogram(tag, weight.host(), epoch)
            if self.write_images:
                image = _as_image(weight.host())
                if image is not None:
                    self.writer.add_image(tag, image, epoch, dataformats="HW")
        if not self.validation_data:  # later Keras writes histograms of weights alone
            return
        inputs = self.model.fed_inputs
        validation_data = self.validation_data
        arrays = [np.asarray(a[: self.batch_size]) for a in validation_data if not isinstance(a, (int, float))]
        tags, tensors = [], []
        for layer in layers:
            outputs = [
                y for node in layer.inbound_nodes for y in node.output_tensors if _belongs(self.model.graph.nodes, node)
            ]
            tags += [f"{layer.name}_out" + (f"_{i}" if i else "") for i in range(len(outputs))]
            tensors += outputs
        for tag, value in zip(tags, Step(inputs, tensors).run(arrays[: len(inputs)]), strict=True):
            self._histogram(tag, value, epoch)
        if self.write_grads:
            self._write_gradients(arrays, epoch)

    def _write_gradients(self, arrays: Sequence[ArrayData], epoch: int) -> None:
        """Write gradients of the loss on the validation samples, whose weights all count as 1."""
        objective = self.model._trainer.ready().objective(())
        weights = self.model.trainable_weights
        pairs = [(w, g) for w, g in zip(weights, gradients(objective.total, weights), strict=True) if g is not None]
        placeholders = [*self.model.fed_inputs, *objective.inputs]
        values = Step(placeholders, [g for _, g in pairs]).run(arrays[: len(placeholders)])
        for (weight, _), value in zip(pairs, values, strict=True):
            self._histogram(f"{weight.name.replace(':', '_')}_grad", value, epoch)

    def _histogram(self, tag: str, values: ArrayLike, epoch: int) -> None:
        flat = np.asarray(values, dtype="float64").ravel()
        finite = flat[np.isfinite(flat)]
        if finite.size:
            self.writer.add_histogram(tag, finite, epoch)

    def _write_embeddings(self, epoch: int) -> None:
        names = self.embeddings_layer_names or [
            layer.name for layer in self.model.layers if type(layer).__name__ == "Embedding"
        ]
        data = self.embeddings_data
        arrays = [np.asarray(a) for a in (data if isinstance(data, (list, tuple)) else [data])]
        for name in names:
            values = np.asarray(Step(self.model.fed_inputs, [self.model.get_layer(name).output]).run(arrays)[0])
            metadata = self.embeddings_metadata
            path = metadata.get(name) if isinstance(metadata, Mapping) else metadata
            labels = None if path is None else self._lines_of(path)
            self.writer.add_embedding(values.reshape(len(values), -1), labels, tag=name, global_step=epoch)

    def _lines_of(self, path: FilePath) -> list[str]:
        """A file of labels, looked for in `log_dir` first, as TensorBoard does."""
        name = os.fsdecode(path)
        beside = Path(os.fsdecode(self.log_dir), name)
        return (beside if beside.is_file() else Path(name)).read_text(encoding="utf-8").splitlines()

    def _write_graph(self) -> None:
        """Write the layers as nodes, each with the names of those that feed it."""
        node_def = import_module("tensorboardX.proto.node_def_pb2").NodeDef
        nodes = []
        for layer in self.model.layers:
            used = [node for node in layer.inbound_nodes if _belongs(self.model.graph.nodes, node)]
            sources = [source.name for node in used for source in node.inbound_layers if source is not None]
            nodes.append(node_def(name=layer.name, op=type(layer).__name__, input=sources))
        known = {node.name for node in nodes}
        for name in dict.fromkeys(name for node in nodes for name in node.input if name not in known):
            nodes.append(node_def(name=name, op="InputLayer"))
        graph = import_module("tensorboardX.proto.graph_pb2").GraphDef(node=nodes)
        event = import_module("tensorboardX.proto.event_pb2").Event(graph_def=graph.SerializeToString())
        self.writer.file_writer.add_event(event)


def _belongs(nodes: Sequence[Node], node: Node) -> bool:
    """Whether a node is one of the model's; a layer that several models share has others too."""
    return any(node is one for one in nodes)


def event_library() -> ModuleType:
    """The library that writes event files. Raises ImportError, with the command that installs it."""
    try:
        return import_module("tensorboardX")
    except ImportError as error:
        raise ImportError(
            "TensorBoard: expected the library tensorboardX, which writes event files, found none. "
            "Install it: pip install 'kwidgets[tensorboard]'"
        ) from error


def _as_image(values: Array) -> Array | None:
    """Weights as a grey image from 0 to 1, wider than high; several kernels side by side. None where it is no image."""
    if not values.size or values.ndim > 4:
        return None
    rows = values.reshape(1, -1) if values.ndim < 2 else values.reshape(values.shape[0], -1)
    rows = rows.T if rows.shape[0] > rows.shape[1] else rows
    low, high = float(rows.min()), float(rows.max())
    return ((rows - low) / (high - low if high > low else 1.0)).astype("float32")
