"""One layer of a model, looked at: output, weights, gradients, units, and what it depends on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._machine.devices import on_host
from ..errors import DataError
from ..layers.embeddings import Embedding
from ..types import Array, Data, SampleWeight
from . import attention, explaining, gates
from .explaining import Of
from .gradients import Gradients, gradients_of, weight_name
from .places import Looked, Place, named
from .reading import Reader
from .units import Units, units_of
from .values import Values, inspect


class LayerInspector:
    """One layer of a model: `LayerInspector(model, "conv2d_2").output(x)`.

    What is asked may be asked while another thread trains the model: each answer is of weights between two updates, and
    nothing of the model changes, neither weights nor states nor random numbers.

    Args:
        model: a model.
        name: the layer's name; "inner/dense_1" of a layer inside another, "dense_1:2" for the second call of a shared one.
        reader: keeps the plans of earlier questions; a new one by default.

    Raises:
        UnknownName: there is no layer of the name; known when something is asked of the layer.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(3, input_dim=2, name="hidden"), Dense(1)])
        >>> hidden = LayerInspector(model, "hidden")
        >>> hidden.output(np.zeros((5, 2))).shape, sorted(hidden.weights)
        ((5, 3), ['bias', 'kernel'])
    """

    def __init__(self, model: Looked, name: str, reader: Reader | None = None) -> None:
        self.name = name
        self._reader = Reader(model) if reader is None else reader

    def __repr__(self) -> str:
        return f"<{self.name!r} of model {self._reader.model.name!r}: output, weights, gradients, units, saliency ...>"

    @property
    def _place(self) -> Place:
        return named(self._reader.places, self.name, self._reader.model.name)

    @property
    def gives_row_numbers(self) -> bool:
        """Whether what it gives are numbers of rows, such as words on their way to an embedding, whose size says nothing."""
        return self._place.outputs[0] in self._reader.row_numbers

    def check(self) -> None:
        """Raise UnknownName where there is no such layer, or no more."""
        named(self._reader.places, self.name, self._reader.model.name)

    def output(self, x: Data, batch_size: int | None = None) -> Values:
        """What the layer gives for some samples.

        Args:
            x: samples, as `predict` takes them.
            batch_size: samples that are computed at a time, 32 by default.

        Returns:
            An array, the samples first; a list of them for a layer with several outputs.

        Raises:
            DataError: the samples do not fit the model.
            TooLarge: the array would take more than half of the free memory.
        """
        self._ready(x)
        return inspect(self._reader.model, x, self.name, batch_size, reader=self._reader)[self.name]

    def gates(self, x: Data) -> dict[str, Array]:
        """Gates and states of an LSTM, GRU or SimpleRNN at every time step, (N, T, U) each, by name.

        Args:
            x: samples, as `predict` takes them.

        Returns:
            "input gate", "forget gate", "candidate", "output gate", "cell state" and "state" of an LSTM; "update gate",
            "reset gate", "candidate" and "state" of a GRU; nothing of a layer that has none.
        """
        fed = self._reader.feed(x)
        return gates.gates_of(self._reader, fed, self._place)

    def attention(self, x: Data) -> Array:
        """How much each step of the query looks at each of the value: (N, T, S), or (N, heads, T, S); sums to 1 over S.

        Args:
            x: samples, as `predict` takes them.

        Raises:
            DataError: the layer does not attend.
        """
        fed = self._reader.feed(x)
        arrays = attention.attention_of(self._reader, fed, self._place)
        if not arrays:
            raise DataError(
                where=self._place.layer.where,
                expected="a layer of attention",
                actual=type(self._place.layer).__name__,
                hint="Attention, AdditiveAttention and MultiHeadAttention have scores.",
            )
        return arrays["scores"]

    @property
    def weights(self) -> dict[str, Array]:
        """Copies of the layer's weights by name, such as "kernel" and "bias"; nothing of a layer without any."""
        layer_call = self._place
        with self._reader.trainer.still():
            return {weight_name(w, layer_call.layer.name): np.array(on_host(w.array)) for w in layer_call.layer.weights}

    def gradients(self, x: Data, y: Data | None = None, sample_weight: SampleWeight | None = None) -> Gradients:
        """The gradients of the loss on some samples, as the next training step on them would compute them.

        Args:
            x: one batch, as `train_on_batch` takes it.
            y: its targets.
            sample_weight: as in `fit`.

        Returns:
            Gradients of output and weights with their sizes, and the ratio of the update to each weight.

        Raises:
            NotCompiled: the model has no loss yet.
            DataError: samples or targets do not fit, or targets are missing.
        """
        self._ready(x)
        return gradients_of(self._reader, [self._place], x, y, sample_weight)[self.name]

    def units(self, x: Data, batch_size: int | None = None, output: int = 0) -> Units:
        """Which units are dead or saturated over some samples, of which one batch is in memory at a time.

        Args:
            x: samples, as `predict` takes them.
            batch_size: samples that are computed at a time, 32 by default.
            output: which output, of a layer that has several; 0 by default.

        Returns:
            Figures for each unit.
        """
        self._ready(x)
        return units_of(self._reader, self._place, x, batch_size, output)

    def grad_cam(self, x: Data, of: Of = None, output: int = 0) -> Array:
        """Where the layer's feature maps speak for a class: max(0, sum over k of mean(d score / d A_k) A_k).

        Formula: Selvaraju et al., "Grad-CAM", 2017. Before it is laid over the sample it is stretched to its size.

        Args:
            x: samples, as `predict` takes them.
            of: the class, or one for each sample; the most likely one of each by default.
            output: number of the model's output, 0 by default.

        Returns:
            (N, H, W) of images, (N, T) of sequences; never below 0.

        Raises:
            DataError: the layer gives no maps, or there is no such class.
        """
        self._ready(x)
        return explaining.grad_cam(self._reader, self._place, x, of, output)

    def scores(self, x: Data, of: Of = None, output: int = 0) -> tuple[Array, Array]:
        """The class of each sample that saliency, Grad-CAM and occlusion ask about, and the model's output for it.

        Args:
            x: samples, as `predict` takes them.
            of: the class, or one for each sample; the most likely one of each by default.
            output: number of the model's output, 0 by default.

        Returns:
            Classes (N,) and outputs (N,).
        """
        return explaining.scores(self._reader, self._reader.feed(x), of, output)

    def saliency(self, x: Data, of: Of = None, output: int = 0, input: int = 0) -> Array:
        """How much each number of the input moves the score of a class: the size of d score / d input (Simonyan et al., 2014).

        Args:
            x: samples, as `predict` takes them.
            of: the class, or one for each sample; the most likely one of each by default.
            output: number of the model's output, 0 by default.
            input: number of the model's input, 0 by default.

        Returns:
            In the shape of the input; of words (N, T), the size of the gradient of each word's row.

        Raises:
            DataError: there is no such class, or the input has no gradient.
        """
        self._ready(x)
        return explaining.saliency(self._reader, x, of, output, input)

    def occlusion(
        self,
        x: Array,
        of: Of = None,
        size: int | None = None,
        stride: int | None = None,
        value: float = 0.0,
        output: int = 0,
    ) -> Array:
        """How much the score of a class falls where a window of the sample is covered (Zeiler & Fergus, 2014).

        Args:
            x: samples of a model with one input.
            of: the class, or one for each sample; the most likely one of each by default.
            size: side of the window; an eighth of the sample's longer side by default.
            stride: distance of the windows, `size` by default.
            value: what covers, 0.0 by default.
            output: number of the model's output, 0 by default.

        Returns:
            (N, windows down, windows across) of images, (N, windows) of sequences and tables.

        Raises:
            DataError: there is no such class.
            SettingError: size or stride are below 1, or there would be more than 4096 windows.
        """
        self._ready(x)
        return explaining.occlusion(self._reader, x, of, size, stride, value, output)

    def nearest(self, row: int, count: int = 8) -> list[tuple[int, float]]:
        """The rows of an embedding that point most nearly the same way as one row.

        Args:
            row: number of the row.
            count: how many are wanted, 8 by default.

        Returns:
            Number and cosine of each, the nearest first, without the row itself.

        Raises:
            DataError: the layer is no Embedding, or has no such row.
        """
        return self.nearest_to_each([row], count)[0]

    def nearest_to_each(
        self, rows: Sequence[int], count: int = 8, among: int | None = None
    ) -> list[list[tuple[int, float]]]:
        """As `nearest`, for several rows at once.

        Args:
            rows: numbers of the rows.
            count: how many are wanted of each, 8 by default.
            among: how many of the first rows are looked through, such as those that have a word; all of them by default.

        Returns:
            A list for each row.

        Raises:
            DataError: the layer is no Embedding, or has no such row.
        """
        layer = self._place.layer
        if not isinstance(layer, Embedding):
            raise DataError(where=layer.where, expected="an Embedding", actual=type(layer).__name__)
        table = next(iter(self.weights.values()))
        wrong = [row for row in rows if not 0 <= row < len(table)]
        if wrong:
            raise DataError(where=layer.where, expected=f"a row from 0 to {len(table) - 1}", actual=str(wrong[0]))
        table = table[:among] if among is not None and max(rows, default=0) < among else table
        sizes = np.sqrt(np.einsum("ij,ij->i", table, table))
        return [_nearest(table, sizes, row, count) for row in rows]

    def _ready(self, x: Data) -> None:
        """Build a model without input shape for the samples, so that its layers have places."""
        self._reader.feed(x)


def nearest_rows(table: Array, row: int, count: int) -> list[tuple[int, float]]:
    """Number and cosine of the rows nearest to one of them, without itself; a row of zeros is near to none."""
    return _nearest(table, np.sqrt(np.einsum("ij,ij->i", table, table)), row, count)


def _nearest(table: Array, sizes: Array, row: int, count: int) -> list[tuple[int, float]]:
    cosines = table @ table[row] / np.maximum(sizes * sizes[row], np.finfo(np.float32).tiny)
    cosines[row] = -np.inf
    count = max(0, min(count, len(table) - 1))
    best = np.argpartition(-cosines, count)[:count] if count < len(table) else np.arange(len(table))
    order = best[np.argsort(-cosines[best], kind="stable")]
    return [(int(i), float(cosines[i])) for i in order]


def layer_names(model: Looked) -> Sequence[str]:
    """The names by which the layers of a model can be looked at, in the order in which they run."""
    return list(Reader(model).places)
