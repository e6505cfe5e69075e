"""Metrics: functions (y_true, y_pred) -> values whose mean is shown, and objects that count on; they are not trained on.

A metric of your own is written in ops (or `engine.backend`) in the same way; it gives a tensor or a dict of tensors.
Every loss is a metric too. Names and numbers of the functions are those of Keras 2.2.4; precision, recall, fbeta_score,
fmeasure and matthews_correlation are those of Keras 1, computed batch by batch. The objects are those of Keras 2.3 and
tf.keras (`Precision`, `AUC`, `MeanIoU` ...), whose value is that of all samples together.
"""

from __future__ import annotations

from typing import TypeAlias, overload

from .._declared import registry
from ..losses import (
    KLD,
    MAE,
    MAPE,
    MSE,
    MSLE,
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    cosine,
    cosine_proximity,
    hinge,
    huber,
    kld,
    kullback_leibler_divergence,
    logcosh,
    mae,
    mape,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    mse,
    msle,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from ..types import Config, CustomObjects
from .averages import (
    Accuracy,
    BinaryAccuracy,
    BinaryCrossentropy,
    CategoricalAccuracy,
    CategoricalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanRelativeError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    RootMeanSquaredError,
    SparseCategoricalAccuracy,
    SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy,
    SquaredHinge,
    TopKCategoricalAccuracy,
    cosine_similarity,
)
from .base import (
    Metric,
)
from .confusion import (
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from .curves import (
    AUC,
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from .functions import (
    MetricFunction,
    binary_accuracy,
    categorical_accuracy,
    fbeta_score,
    fmeasure,
    matthews_correlation,
    precision,
    recall,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from .overlaps import (
    BinaryIoU,
    IoU,
    MeanIoU,
    OneHotIoU,
    OneHotMeanIoU,
)
from .reductions import (
    Mean,
    MeanMetricWrapper,
    MeanTensor,
    Sum,
)
from .scores import (
    F1Score,
    FBetaScore,
    R2Score,
)

__all__ = [
    "AUC",
    "KLD",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanRelativeError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "MeanTensor",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "_loss",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine",
    "cosine_proximity",
    "cosine_similarity",
    "deserialize",
    "fbeta_score",
    "fmeasure",
    "get",
    "hinge",
    "huber",
    "kld",
    "kullback_leibler_divergence",
    "logcosh",
    "mae",
    "mape",
    "matthews_correlation",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "precision",
    "recall",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]

MetricLike: TypeAlias = str | Config | MetricFunction | Metric
"""What `get` makes a metric of: its name, a config, a function or an object."""

for _name, _loss in registry.find_all("loss").items():
    registry.add("metric", _loss, _name)
for _function in (binary_focal_crossentropy, categorical_focal_crossentropy, huber):
    registry.register_later("metric")(_function)
registry.register_later("metric", "huber_loss")(huber)


@overload
def get(identifier: None) -> None: ...
@overload
def get(identifier: MetricLike) -> MetricFunction | Metric: ...
@overload
def get(identifier: MetricLike | None) -> MetricFunction | Metric | None: ...
def get(identifier: MetricLike | None) -> MetricFunction | Metric | None:
    """The metric for a name, a config or a function; 'accuracy' is chosen by `compile`, not here.

    Args:
        identifier: a name such as "mae", a config, a function (y_true, y_pred) -> values whose mean is shown, or an object.

    Returns:
        The function or object; None for None.

    Raises:
        UnknownName: there is no metric of this name; the message has the nearest one.
        SettingError: it is none of these.

    Example:
        >>> get("mae").__name__
        'mean_absolute_error'
    """
    return registry.build("metric", identifier, where="metric")


def serialize(metric: MetricFunction | Metric) -> str | Config | None:
    """The name under which `get` finds the metric again, or the config of an object.

    Args:
        metric: a function, or an object with `get_config`.

    Returns:
        What `deserialize` reads.

    Example:
        >>> serialize(binary_accuracy)
        'binary_accuracy'
    """
    return registry.serialize("metric", metric)


def deserialize(config: str | Config, custom_objects: CustomObjects | None = None) -> MetricFunction | Metric:
    """The metric of a name or a config that `serialize` gave.

    Args:
        config: what `serialize` returned.
        custom_objects: further functions by name, for metrics of your own.

    Returns:
        The function.

    Raises:
        UnknownName: there is no metric of this name.

    Example:
        >>> deserialize("acc_of_mine", {"acc_of_mine": binary_accuracy}).__name__
        'binary_accuracy'
    """
    return registry.build("metric", config, custom_objects)
