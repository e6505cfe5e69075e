"""Results: what a trained model does with samples, as arrays, as pictures, and shown in a notebook."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from engine.experiment import write_bytes
from engine.models import Model
from engine.types import Array, ArrayLike, Data

from .evaluation import pictures
from .evaluation.amounts import LEVEL, Interval, Residuals
from .evaluation.calibration import Calibration
from .evaluation.classes import ByClass, Confusion
from .evaluation.evaluated import Against, Evaluated, against
from .evaluation.kinds import Kind
from .evaluation.output import OutputResults, Worst
from .evaluation.thresholds import PrecisionRecall, Roc
from .given_results import Given
from .refused import Refused
from .widgets.base import MimeBundle
from .widgets.results_view import ResultsView
from .words import results as say


class Results:
    """What a trained model does with samples: figures as arrays, and a view that the last line of a cell shows.

    Predictions are made in the background, by a copy of the model as it is now; each attribute waits for them. Figures are in plain
    NumPy, and `how` of each says how it was computed.

    Args:
        model: the model; what it was compiled with says what its outputs mean.
        x: the samples (N, ...): an array, a list of arrays, or arrays by the names of the inputs.
        y: their targets, as in `Model.fit`; None (the default) for predictions alone.
        classes: names of the classes in the order of their numbers, or a mapping of them by output; None numbers them.

    Raises:
        Refused: there are no samples, or not as many targets; or the model has no weights.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> from kwidgets import Results
        >>> model = Sequential([Dense(2, activation="softmax", input_shape=(2,), kernel_initializer="identity")])
        >>> results = Results(model, np.array([[3.0, 0], [0, 3], [3, 0]]), np.array([0, 1, 1]), classes=["cat", "dog"])
        >>> results.confusion.counts
        array([[1, 0],
               [1, 1]])
        >>> results.worst(1).rows
        array([2])
        >>> round(results.accuracy, 3)
        0.667
    """

    def __init__(
        self,
        model: Model,
        x: Data,
        y: Data | None = None,
        *,
        classes: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        # A model of a class of its own has names only once it has been called.
        names = [str(name) for name in model.output_names] or ["output_1"]
        named = classes if isinstance(classes, Mapping) else {} if classes is None else dict.fromkeys(names, classes)
        inputs = _by_name(x, [str(name) for name in model.input_names] or ["x"])
        targets = {} if y is None else _by_name(y, names)
        self._begin(Evaluated(model, inputs, targets, named))

    @classmethod
    def of(cls, evaluated: Evaluated) -> Results:
        """The results of what was begun elsewhere, such as a builder's.

        Args:
            evaluated: the model and its samples.

        Returns:
            The results.
        """
        made = cls.__new__(cls)
        made._begin(evaluated)
        return made

    def _begin(self, evaluated: Evaluated) -> None:
        self._evaluated = evaluated
        self._output: str | None = None
        self._view: ResultsView | None = None

    # Which output.

    @property
    def outputs(self) -> list[str]:
        """Names of the model's outputs."""
        return list(self._evaluated.names)

    def __getitem__(self, output: str) -> Results:
        """The results of one output of several."""
        made = Results.of(self._evaluated)
        made._output = self._evaluated.named(output)
        return made

    @property
    def _all(self) -> OutputResults:
        return self._evaluated.output(self._output)

    # Arrays.

    @property
    def kind(self) -> Kind:
        """What the output gives: "classes", "labels" (any number of them a sample) or "amounts"."""
        return self._all.kind

    @property
    def classes(self) -> list[str]:
        """Names of the classes or labels; none of amounts."""
        return list(self._all.classes)

    @property
    def rows(self) -> Array:
        """Numbers of the samples that the figures are of: all, unless their outputs would fill the memory."""
        return self._all.rows

    @property
    def targets(self) -> Array:
        """The targets (N, ...), as they were given."""
        return self._all.targets

    @property
    def predictions(self) -> Array:
        """What the model gave (N, ...)."""
        return self._all.predictions

    @property
    def probabilities(self) -> Array:
        """What it gave for each class or label, float64 (N, C); of logits the softmax. A time step or pixel is a row of its own."""
        return self._all.probabilities

    @property
    def losses(self) -> Array:
        """The loss of each sample, float64 (N,); NaN where its target is missing."""
        return self._all.losses

    @property
    def right(self) -> Array:
        """Whether each sample is right, (N,) of bool."""
        return self._all.right

    @property
    def accuracy(self) -> float:
        """The share that is right: of the samples, or of all labels."""
        return self._all.accuracy

    @property
    def confusion(self) -> Confusion:
        """How often each class was taken for each: `counts` (C, C) with the true class down, and `samples(true, predicted)`."""
        return self._all.confusion

    @property
    def by_class(self) -> ByClass:
        """Precision, recall, F1 and support of each class or label, arrays (C,)."""
        return self._all.by_class

    @property
    def residuals(self) -> Residuals:
        """True and predicted amounts, their differences and the errors made of them."""
        return self._all.residuals

    def roc(self, of: int | str) -> Roc | None:
        """The ROC of one class against all others.

        Args:
            of: the class, by number or name.

        Returns:
            The curve; None where all samples are of the class, or none is.
        """
        return self._all.roc(of)

    def precision_recall(self, of: int | str) -> PrecisionRecall | None:
        """Precision over recall of one class against all others.

        Args:
            of: the class, by number or name.

        Returns:
            The curve; None where no sample is of the class.
        """
        return self._all.precision_recall(of)

    def calibration(self, bins: int = 10) -> Calibration:
        """The stated probability beside the share that was right.

        Args:
            bins: how many bins from 0 to 1, 10 by default.

        Returns:
            The bins, and their mean distance as `error`.
        """
        return self._all.calibration(bins)

    def interval(self, level: float = LEVEL) -> Interval | None:
        """How far around a predicted amount the truth lies.

        Args:
            level: the share that lies within, 0.9 by default.

        Returns:
            The interval; None where there are too few samples for the level.
        """
        return self._all.interval(level)

    def worst(self, count: int = 16) -> Worst:
        """The samples of the largest loss.

        Args:
            count: how many, 16 by default.

        Returns:
            Their numbers and losses, the largest first.
        """
        return self._all.worst(count)

    def against(self, other: Results) -> Against:
        """Which samples this model gets right and another wrong, and the other way round.

        Args:
            other: the other model's results on the same samples.

        Returns:
            The numbers of the samples.

        Raises:
            Refused: they are not of the same samples.
        """
        return against(self._all, other._all)

    # Pictures.

    def save(self, path: str | os.PathLike[str], what: str = "confusion", of: int | str = 0) -> None:
        """Write a picture, whole or not at all.

        Args:
            path: the file: .png, .svg or .pdf.
            what: "confusion" (the default), "roc", "precision_recall", "calibration", "by_class", "residuals" or "losses".
            of: the class of a curve, by number or name; the first by default.

        Raises:
            Refused: there is no such picture of this output, or the ending is another.
            OSError: the file cannot be written.
        """
        ending = os.path.splitext(os.fspath(path))[1].lower().removeprefix(".")
        write_bytes(path, pictures.picture(self._all, what, ending, of))

    # The view.

    @property
    def view(self) -> ResultsView:
        """The widget that a cell shows."""
        if self._view is None:
            self._view = ResultsView(Given(self._evaluated))
        return self._view

    def close(self) -> None:
        """Give up what is not predicted yet, and take the view away."""
        self._evaluated.close()
        if self._view is not None:
            self._view.close()

    def _repr_mimebundle_(self, **kwargs: object) -> MimeBundle:
        return self.view.shown_as(**kwargs)


def _by_name(data: Data, names: Sequence[str]) -> dict[str, Array]:
    """Arrays by the names that they belong to. Raises Refused where there are not as many."""
    if isinstance(data, Mapping):
        arrays = cast("Mapping[str, ArrayLike]", data)
        missing = [name for name in names if name not in arrays]
        if missing:
            raise Refused(say.no_array_for(missing[0], list(arrays)))
        return {name: _array(arrays[name]) for name in names}
    if len(names) == 1 and not (isinstance(data, (list, tuple)) and len(data) == 1 and hasattr(data[0], "shape")):
        return {names[0]: _array(cast("ArrayLike", data))}
    listed = list(cast("Sequence[ArrayLike]", data)) if isinstance(data, (list, tuple)) else [data]
    if len(listed) != len(names):
        raise Refused(say.other_number(len(listed), names))
    return {name: _array(cast("ArrayLike", one)) for name, one in zip(names, listed, strict=True)}


def _array(array: ArrayLike) -> Array:
    if isinstance(array, np.ndarray) or hasattr(array, "iloc"):
        return np.asarray(array)
    # What is read while it is used, such as a folder's pictures, stays as it is.
    is_read = hasattr(array, "shape") and hasattr(array, "dtype")
    return cast("Array", array) if is_read else np.asarray(array)
