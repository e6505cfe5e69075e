"""`TensorBoard`: event files that TensorBoard shows, written by the library tensorboardX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .._graph.gradient import gradients
from .._training.callback import Callback
from .._training.step import Step
from ..errors import SettingError

__all__ = ["TensorBoard"]

Logs = dict[str, Any]


class TensorBoard(Callback):
    """Write the values of training into event files; look at them with `tensorboard --logdir ./logs`.

    Args:
        log_dir: folder of the files. update_freq: 'epoch', 'batch', or a number of samples between two writings.
        histogram_freq: every so many epochs histograms of weights and layers' outputs (0: none), and with
        write_grads of gradients, with write_images the weights as images. They need arrays as validation data, of
        which the first `batch_size` samples are used.
        write_graph: the layers as a graph. embeddings_freq: every so many epochs the outputs of
        `embeddings_layer_names` (default: all Embedding layers) for `embeddings_data`; `embeddings_metadata` is a
        file with a label for each row, or a dict of them by layer.

    Raises ImportError with the command that installs tensorboardX, SettingError for missing data.
    """

    def __init__(
        self,
        log_dir: str = "./logs",
        histogram_freq: int = 0,
        batch_size: int = 32,
        write_graph: bool = True,
        write_grads: bool = False,
        write_images: bool = False,
        embeddings_freq: int = 0,
        embeddings_layer_names: Sequence[str] | None = None,
        embeddings_metadata: Any = None,
        embeddings_data: Any = None,
        update_freq: Literal["epoch", "batch"] | int = "epoch",
    ) -> None:
        super().__init__()
        if embeddings_freq and embeddings_data is None:
            raise SettingError(where="TensorBoard", expected="embeddings_data, as embeddings_freq is set", found="None")
        known = update_freq in ("epoch", "batch") or (isinstance(update_freq, int) and update_freq > 0)
        if not known:
            expected = "'epoch', 'batch' or a number of samples"
            raise SettingError(where="TensorBoard, update_freq", expected=expected, found=repr(update_freq))
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
        if self.histogram_freq and not self.validation_data:
            raise SettingError(
                where="TensorBoard, histogram_freq",
                expected="validation data as arrays",
                found="none",
                hint="Give fit validation_data or validation_split.",
            )
        # A later training in the same folder begins a file of its own; steps by samples go on.
        self.writer = _library().SummaryWriter(self.log_dir)
        if self.write_graph:
            self._write_graph()

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        logs = logs or {}
        if self.update_freq == "epoch":
            return
        self.samples_seen += logs.get("size", 0)
        if self.samples_seen - self.samples_seen_at_last_write >= int(self.update_freq):
            self._write_scalars(logs, self.samples_seen)
            self.samples_seen_at_last_write = self.samples_seen

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._write_scalars(logs or {}, epoch if self.update_freq == "epoch" else self.samples_seen)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_histograms(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings(epoch)
        self.writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
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
            self._histogram(tag, weight.array, epoch)
            if self.write_images:
                image = _as_image(np.asarray(weight.array))
                if image is not None:
                    self.writer.add_image(tag, image, epoch, dataformats="HW")
        inputs = self.model.fed_inputs
        arrays = [np.asarray(a[: self.batch_size]) for a in self.validation_data if np.ndim(a)]
        tags, tensors = [], []
        for layer in layers:
            outputs = [y for node in layer.inbound_nodes for y in node.output_tensors if _belongs(self.model, node)]
            tags += [f"{layer.name}_out" + (f"_{i}" if i else "") for i in range(len(outputs))]
            tensors += outputs
        for tag, value in zip(tags, Step(inputs, tensors).run(arrays[: len(inputs)]), strict=True):
            self._histogram(tag, value, epoch)
        if self.write_grads:
            self._write_gradients(arrays, epoch)

    def _write_gradients(self, arrays: list[Any], epoch: int) -> None:
        """Gradients of the loss on the validation samples, each counted alike."""
        objective = self.model._trainer.ready().objective(())
        weights = self.model.trainable_weights
        found = [(w, g) for w, g in zip(weights, gradients(objective.total, weights), strict=True) if g is not None]
        placeholders = [*self.model.fed_inputs, *objective.inputs]
        values = Step(placeholders, [g for _, g in found]).run(arrays[: len(placeholders)])
        for (weight, _), value in zip(found, values, strict=True):
            self._histogram(f"{weight.name.replace(':', '_')}_grad", value, epoch)

    def _histogram(self, tag: str, values: Any, epoch: int) -> None:
        values = np.asarray(values, dtype="float64").ravel()
        finite = values[np.isfinite(values)]
        if finite.size:
            self.writer.add_histogram(tag, finite, epoch)

    def _write_embeddings(self, epoch: int) -> None:
        names = self.embeddings_layer_names or [
            layer.name for layer in self.model.layers if type(layer).__name__ == "Embedding"
        ]
        given = self.embeddings_data
        arrays = [np.asarray(a) for a in (given if isinstance(given, (list, tuple)) else [given])]
        for name in names:
            values = np.asarray(Step(self.model.fed_inputs, [self.model.get_layer(name).output]).run(arrays)[0])
            metadata = self.embeddings_metadata
            path = metadata.get(name) if isinstance(metadata, Mapping) else metadata
            labels = None if path is None else Path(path).read_text(encoding="utf-8").splitlines()
            self.writer.add_embedding(values.reshape(len(values), -1), labels, tag=name, global_step=epoch)

    def _write_graph(self) -> None:
        """The layers as nodes, each with those that feed it."""
        from tensorboardX.proto import event_pb2, graph_pb2, node_def_pb2

        nodes = []
        for layer in self.model.layers:
            used = [node for node in layer.inbound_nodes if _belongs(self.model, node)]
            sources = [source.name for node in used for source in node.inbound_layers if source is not None]
            nodes.append(node_def_pb2.NodeDef(name=layer.name, op=type(layer).__name__, input=sources))
        known = {node.name for node in nodes}
        for name in dict.fromkeys(name for node in nodes for name in node.input if name not in known):
            nodes.append(node_def_pb2.NodeDef(name=name, op="InputLayer"))
        graph = graph_pb2.GraphDef(node=nodes)
        self.writer.file_writer.add_event(event_pb2.Event(graph_def=graph.SerializeToString()))


def _belongs(model: Any, node: Any) -> bool:
    """Whether a use of a layer is part of the model: a shared layer has others."""
    return any(node is one for one in model.graph.nodes)


def _library() -> Any:
    try:
        import tensorboardX
    except ImportError as error:
        raise ImportError(
            "TensorBoard: expected the library tensorboardX, which writes event files, found none. "
            "Install it: pip install 'kwidgets[tensorboard]'"
        ) from error
    return tensorboardX


def _as_image(values: np.ndarray) -> np.ndarray | None:
    """Weights as a grey image from 0 to 1, wider than high; several kernels side by side. None where it is no image."""
    if not values.size or values.ndim > 4:
        return None
    rows = values.reshape(1, -1) if values.ndim < 2 else values.reshape(values.shape[0], -1)
    rows = rows.T if rows.shape[0] > rows.shape[1] else rows
    low, high = float(rows.min()), float(rows.max())
    return ((rows - low) / (high - low if high > low else 1.0)).astype("float32")
