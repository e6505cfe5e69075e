"""`tf.saved_model`: models in a folder, as a `.keras` file; real SavedModels are read where Keras's records are in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .._graph.tensor import Variable
from ..errors import GraphError
from ..models import Model, load_model
from .values import eager, operand

__all__ = ["SAVED_MODEL"]

_FILE = "model.keras"
_MARK = "saved_model.pb"


class Loaded:
    """A model that was read from a folder, which is called like a function.

    Args:
        model: the model.
    """

    def __init__(self, model: Model) -> None:
        self.keras_model = model
        self.signatures: dict[str, Callable[..., dict[str, Any]]] = {"serving_default": self._serve}

    def __call__(self, inputs: Any, training: bool | None = None, **_: object) -> Any:
        return eager(self.keras_model(operand(inputs), training=training))

    def _serve(self, *inputs: Any, **by_name: Any) -> dict[str, Any]:
        """The outputs by the names of their layers."""
        arrays = [operand(x) for x in (*inputs, *by_name.values())]
        outputs = self.keras_model(arrays[0] if len(arrays) == 1 else arrays)
        listed = outputs if isinstance(outputs, (list, tuple)) else [outputs]
        return dict(zip(self.keras_model.output_names, map(eager, listed), strict=True))

    @property
    def variables(self) -> list[Variable]:
        """All weights."""
        return self.keras_model.weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The weights that training changes."""
        return self.keras_model.trainable_weights


def save(obj: Any, export_dir: Any, signatures: object = None, options: object = None) -> None:
    """Write a model into a folder, as the file model.keras, which Keras 3 reads too. TensorFlow's own graph is not written.

    Args:
        obj: the model.
        export_dir: the folder, made where it is missing.
        signatures: accepted as in TensorFlow; what is read again has the one of the model.
        options: accepted as in TensorFlow.

    Raises:
        GraphError: it is no model of layers, so that it has code in place of a graph.
    """
    if not isinstance(obj, Model):
        raise GraphError(
            where="tf.saved_model.save",
            expected="a model of layers (keras.Sequential, keras.Model)",
            actual=f"a {type(obj).__name__}, which is code",
            hint="Keep its variables with tf.train.Checkpoint(...).save(path).",
        )
    folder = Path(export_dir)
    folder.mkdir(parents=True, exist_ok=True)
    obj.save(folder / _FILE)


def load(export_dir: Any, tags: object = None, options: object = None) -> Loaded:
    """Read a model from a folder: one that `save` wrote, or a SavedModel with Keras's records.

    Args:
        export_dir: the folder.
        tags: accepted as in TensorFlow.
        options: likewise.

    Returns:
        The model, to be called with arrays; `signatures["serving_default"]` gives its outputs by name.

    Raises:
        FileError: there is no model that can be read.
    """
    folder = Path(export_dir)
    return Loaded(load_model(folder / _FILE if (folder / _FILE).is_file() else folder))


def contains_saved_model(export_dir: Any) -> bool:
    """Whether a folder holds a model that `save`, or TensorFlow, wrote."""
    return any((Path(export_dir) / name).is_file() for name in (_FILE, _MARK))


SAVED_MODEL: dict[str, object] = {
    "contains_saved_model": contains_saved_model,
    "load": load,
    "save": save,
    "SaveOptions": SimpleNamespace,
    "LoadOptions": SimpleNamespace,
    "SERVING": "serve",
    "TRAINING": "train",
    "DEFAULT_SERVING_SIGNATURE_DEF_KEY": "serving_default",
}
