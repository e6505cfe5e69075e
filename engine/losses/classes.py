"""The losses of Keras 2.3 and tf.keras as objects, each a function of this package with its settings and a reduction."""

from __future__ import annotations

from typing import Any

from .._declared import registry, rules
from .._declared.fields import field
from . import functions, later_functions
from .base import FunctionLoss

__all__ = [
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
]

_axes = rules.optional(rules.int_tuple(minimum=-16))


@registry.register_later("loss")
class MeanSquaredError(FunctionLoss):
    """Mean of (y_pred - y_true)^2.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(MeanSquaredError()([[0.0, 2.0]], [[1.0, 4.0]]))
        2.5
    """

    function = staticmethod(functions.mean_squared_error)


@registry.register_later("loss")
class MeanAbsoluteError(FunctionLoss):
    """Mean of `abs(y_pred - y_true)`.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(MeanAbsoluteError()([[0.0, 2.0]], [[1.0, 4.0]]))
        1.5
    """

    function = staticmethod(functions.mean_absolute_error)


@registry.register_later("loss")
class MeanAbsolutePercentageError(FunctionLoss):
    """Mean of 100 * abs(y_true - y_pred) / max(abs(y_true), epsilon), in per cent.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(MeanAbsolutePercentageError()([[1.0, 2.0]], [[1.5, 2.0]]))
        25.0
    """

    function = staticmethod(functions.mean_absolute_percentage_error)


@registry.register_later("loss")
class MeanSquaredLogarithmicError(FunctionLoss):
    """Mean of (log(y_pred + 1) - log(y_true + 1))^2, both 0 or above.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(MeanSquaredLogarithmicError()([[0.0]], [[0.0]]))
        0.0
    """

    function = staticmethod(functions.mean_squared_logarithmic_error)


@registry.register_later("loss")
class Hinge(FunctionLoss):
    """Mean of max(1 - y_true * y_pred, 0), labels being -1 and 1.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(Hinge()([[-1.0, 1.0]], [[0.0, 3.0]]))
        0.5
    """

    function = staticmethod(functions.hinge)


@registry.register_later("loss")
class SquaredHinge(FunctionLoss):
    """Mean of max(1 - y_true * y_pred, 0)^2, labels being -1 and 1.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(SquaredHinge()([[-1.0, 1.0]], [[0.0, 3.0]]))
        0.5
    """

    function = staticmethod(functions.squared_hinge)


@registry.register_later("loss")
class CategoricalHinge(FunctionLoss):
    """Largest wrong output less the right one, and 1, but never below 0.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
        0.5
    """

    function = staticmethod(functions.categorical_hinge)


@registry.register_later("loss")
class LogCosh(FunctionLoss):
    """Mean of log(cosh(x)), x = y_pred - y_true.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(LogCosh()([[1.0]], [[1.0]]))
        0.0
    """

    function = staticmethod(functions.logcosh)


@registry.register_later("loss")
class Poisson(FunctionLoss):
    """Mean of y_pred - y_true * log(y_pred + epsilon).

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(Poisson()([[0.0]], [[2.0]]))
        2.0
    """

    function = staticmethod(functions.poisson)


@registry.register_later("loss")
class KLDivergence(FunctionLoss):
    """Divergence `sum(y_true * log(y_true / y_pred))` of two distributions.

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
        0.0
    """

    function = staticmethod(functions.kullback_leibler_divergence)


@registry.register_later("loss")
class Huber(FunctionLoss):
    """Mean of x^2 / 2 up to an error of delta, of a straight line from there on; x = y_pred - y_true.

    Args:
        delta: error from which on the loss grows in a straight line, above 0; 1.0 by default.
        reduction: as in `Loss`.
        name: as in `Loss`, "huber_loss" by default.

    Example:
        >>> float(Huber()([[0.0, 0.0]], [[1.0, 3.0]]))
        1.5
    """

    delta: float = field(rules.positive, default=1.0, after="", help="error from which on the loss is a straight line")
    name: Any = field(rules.optional(rules.name), default="huber_loss", help="under which it is told")

    function = staticmethod(later_functions.huber)


@registry.register_later("loss")
class CosineSimilarity(FunctionLoss):
    """Cosine of the angle between y_true and y_pred along an axis, with a minus: -1 is best.

    Args:
        axis: along which the vectors lie, -1 by default.
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> float(CosineSimilarity()([[3.0, 4.0]], [[6.0, 8.0]]))
        -1.0
    """

    axis: int = field(rules.axis, default=-1, after="", help="along which the vectors lie")

    function = staticmethod(later_functions.cosine_similarity)


@registry.register_later("loss")
class BinaryCrossentropy(FunctionLoss):
    """Cross-entropy of labels 0 and 1 and probabilities, or of logits whose sigmoid the probabilities are.

    Args:
        from_logits: True: outputs are logits, before a sigmoid; False by default.
        label_smoothing: share s by which labels move to 0.5, y_true * (1 - s) + s / 2; 0 by default.
        reduction: as in `Loss`.
        name: as in `Loss`.
        axis: over which the mean is taken, -1 by default.

    Example:
        >>> round(float(BinaryCrossentropy(from_logits=True)([[0.0, 1.0]], [[-2.0, 2.0]])), 4)
        0.1269
    """

    from_logits: bool = field(rules.switch, default=False, after="", help="whether outputs are logits")
    label_smoothing: float = field(
        rules.share, default=0, after="from_logits", help="share by which labels move to 0.5"
    )
    axis: int = field(rules.axis, default=-1, kw_only=True, help="over which the mean is taken")

    function = staticmethod(functions.binary_crossentropy)


@registry.register_later("loss")
class CategoricalCrossentropy(FunctionLoss):
    """Cross-entropy of one-hot labels and probabilities, or of logits whose softmax the probabilities are.

    Args:
        from_logits: True: outputs are logits, before a softmax; False by default.
        label_smoothing: share s of each label that is spread over the C classes; 0 by default.
        reduction: as in `Loss`.
        name: as in `Loss`.
        axis: that of the classes, -1 by default.

    Example:
        >>> round(float(CategoricalCrossentropy(label_smoothing=0.2)([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.6931
    """

    from_logits: bool = field(rules.switch, default=False, after="", help="whether outputs are logits")
    label_smoothing: float = field(rules.share, default=0, after="from_logits", help="share spread over the classes")
    axis: int = field(rules.axis, default=-1, kw_only=True, help="that of the classes")

    function = staticmethod(functions.categorical_crossentropy)


@registry.register_later("loss")
class SparseCategoricalCrossentropy(FunctionLoss):
    """Cross-entropy of labels that are whole numbers and probabilities, or of logits.

    Args:
        from_logits: True: outputs are logits, before a softmax; False by default.
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> round(float(SparseCategoricalCrossentropy()([1, 0], [[0.5, 0.5], [0.5, 0.5]])), 4)
        0.6931
    """

    from_logits: bool = field(rules.switch, default=False, after="", help="whether outputs are logits")

    function = staticmethod(functions.sparse_categorical_crossentropy)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """A value for each sample; labels may have a last axis of one or not."""
        return functions.sparse_categorical_crossentropy(y_true, y_pred, self.from_logits)


@registry.register_later("loss")
class BinaryFocalCrossentropy(FunctionLoss):
    """Binary cross-entropy in which samples that are right already count less (Lin et al. 2017).

    Args:
        apply_class_balancing: whether labels 1 count alpha times and labels 0 1 - alpha times; False by default.
        alpha: weight of the labels 1 where classes are balanced, 0.25 by default.
        gamma: how much less counts what is right already, 2.0 by default.
        from_logits: True: outputs are logits, before a sigmoid; False by default.
        label_smoothing: share s by which labels move to 0.5; 0 by default.
        axis: over which the mean is taken, -1 by default.
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> round(float(BinaryFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.1733
    """

    apply_class_balancing: bool = field(rules.switch, default=False, after="", help="whether classes are balanced")
    alpha: float = field(rules.share, default=0.25, after="apply_class_balancing", help="weight of the labels 1")
    gamma: float = field(rules.non_negative, default=2.0, after="alpha", help="how much less counts what is right")
    from_logits: bool = field(rules.switch, default=False, after="gamma", help="whether outputs are logits")
    label_smoothing: float = field(
        rules.share, default=0, after="from_logits", help="share by which labels move to 0.5"
    )
    axis: int = field(rules.axis, default=-1, after="label_smoothing", help="over which the mean is taken")

    function = staticmethod(later_functions.binary_focal_crossentropy)


@registry.register_later("loss")
class CategoricalFocalCrossentropy(FunctionLoss):
    """Categorical cross-entropy in which samples that are right already count less (Lin et al. 2017).

    Args:
        alpha: factor of the loss, 0.25 by default.
        gamma: how much less counts what is right already, 2.0 by default.
        from_logits: True: outputs are logits, before a softmax; False by default.
        label_smoothing: share s of each label that is spread over the C classes; 0 by default.
        axis: that of the classes, -1 by default.
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> round(float(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
        0.0433
    """

    alpha: float = field(rules.share, default=0.25, after="", help="factor of the loss")
    gamma: float = field(rules.non_negative, default=2.0, after="alpha", help="how much less counts what is right")
    from_logits: bool = field(rules.switch, default=False, after="gamma", help="whether outputs are logits")
    label_smoothing: float = field(rules.share, default=0, after="from_logits", help="share spread over the classes")
    axis: int = field(rules.axis, default=-1, after="label_smoothing", help="that of the classes")

    function = staticmethod(later_functions.categorical_focal_crossentropy)


@registry.register_later("loss")
class Dice(FunctionLoss):
    """1 - 2 * overlap / (labels + outputs): how little two areas overlap, for segmentation (Keras 3).

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.
        axis: over which sums are taken; None, the default: over the whole batch.

    Example:
        >>> round(float(Dice()([[1.0, 0.0]], [[0.5, 0.5]])), 4)
        0.5
    """

    axis: Any = field(_axes, default=None, kw_only=True, help="over which sums are taken")

    function = staticmethod(later_functions.dice)


@registry.register_later("loss")
class Tversky(FunctionLoss):
    """As `Dice`, with weights for what is found wrongly and for what is missed (Keras 3).

    Args:
        alpha: how much counts what is missed, 0.5 by default.
        beta: how much counts what is found wrongly, 0.5 by default.
        reduction: as in `Loss`.
        name: as in `Loss`.
        axis: over which sums are taken; None, the default: over the whole batch.

    Example:
        >>> round(float(Tversky(alpha=1.5)([[1.0, 0.0]], [[0.5, 0.5]])), 4)
        0.6667
    """

    alpha: float = field(rules.non_negative, default=0.5, after="", help="how much counts what is missed")
    beta: float = field(rules.non_negative, default=0.5, after="alpha", help="how much counts what is found wrongly")
    axis: Any = field(_axes, default=None, kw_only=True, help="over which sums are taken")

    function = staticmethod(later_functions.tversky)


@registry.register_later("loss")
class CTC(FunctionLoss):
    """-log p(labels) for labels without alignment to the steps; class 0 is the blank, labels end with 0 (Keras 3).

    Args:
        reduction: as in `Loss`.
        name: as in `Loss`.

    Example:
        >>> import numpy as np
        >>> round(float(CTC()([[1]], np.zeros((1, 1, 2)))), 3)
        0.693
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """A value for each sample, (N,)."""
        return later_functions.ctc(y_true, y_pred)
