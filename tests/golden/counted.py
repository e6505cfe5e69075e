"""Losses and metrics as objects: what they give for batches of several sizes, with and without weights, and in training.

`values(keras)` computes them all with the classes of `keras`, which is tf_keras for the golden file and the engine in the tests.
"""

import numpy as np
from cases import array

SIZES = (5, 3, 1)  # samples of the batches


def batches(kind):
    """(y_true, y_pred, sample_weight) of each batch."""
    for i, n in enumerate(SIZES):
        yield (*data(kind, n, 10 * i), np.abs(array((n,), 700 + i)) + 0.1)


def data(kind, n, seed):
    """Targets and outputs of n samples."""
    logits = array((n, 4), seed + 1)
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    labels = np.random.default_rng(seed).integers(0, 4, n)
    one_hot = np.eye(4, dtype="float32")[labels]
    several = (array((n, 4), seed + 2) > 0).astype("float32")
    probabilities = 1 / (1 + np.exp(-logits))
    steps = array((n, 3, 4), seed + 3)
    return {
        "values": (array((n, 4), seed + 4), logits),
        "column": (array((n, 1), seed + 4), logits[:, :1]),
        "steps": (array((n, 3, 4), seed + 5), steps),
        "signs": (np.where(several > 0, 1, -1).astype("float32"), logits),
        "positive": (np.abs(array((n, 4), seed + 4)), np.abs(logits)),
        "shares": (np.roll(shares, 1, 0) if n > 1 else shares[:, ::-1].copy(), shares),
        "one_hot": (one_hot, shares),
        "one_hot_logits": (one_hot, logits),
        "one_hot_steps": (np.eye(4, dtype="float32")[np.arange(n * 3).reshape(n, 3) % 4], np.abs(steps) + 0.1),
        "sparse": (labels.astype("float32"), shares),
        "sparse_column": (labels[:, None].astype("float32"), shares),
        "sparse_logits": (labels.astype("float32"), logits),
        "several": (several, probabilities),
        "several_logits": (several, logits),
        "binary": (several[:, :1], probabilities[:, :1]),
        "classes": (labels.astype("int64"), np.roll(labels, 1).astype("int64") % 3),
        "images": (np.arange(n * 6).reshape(n, 2, 3) % 4, (np.arange(n * 6).reshape(n, 2, 3) + seed) % 3),
        "numbers": (labels.astype("float32"), np.round(labels + array((n,), seed + 6)).astype("float32")),
    }[kind]


LOSSES = {
    "mse": ("MeanSquaredError", {}, "values"),
    "mse_steps": ("MeanSquaredError", {}, "steps"),
    "mae": ("MeanAbsoluteError", {}, "column"),
    "mape": ("MeanAbsolutePercentageError", {}, "positive"),
    "msle": ("MeanSquaredLogarithmicError", {}, "positive"),
    "hinge": ("Hinge", {}, "signs"),
    "squared_hinge": ("SquaredHinge", {}, "signs"),
    "categorical_hinge": ("CategoricalHinge", {}, "one_hot"),
    "log_cosh": ("LogCosh", {}, "values"),
    "poisson": ("Poisson", {}, "positive"),
    "kl": ("KLDivergence", {}, "shares"),
    "huber": ("Huber", {}, "values"),
    "huber_delta": ("Huber", {"delta": 0.3}, "steps"),
    "cosine": ("CosineSimilarity", {}, "values"),
    "cosine_axis": ("CosineSimilarity", {"axis": 1}, "steps"),
    "bce": ("BinaryCrossentropy", {}, "several"),
    "bce_logits": ("BinaryCrossentropy", {"from_logits": True}, "several_logits"),
    "bce_smooth": ("BinaryCrossentropy", {"label_smoothing": 0.2, "from_logits": True}, "several_logits"),
    "bce_column": ("BinaryCrossentropy", {}, "binary"),
    "cce": ("CategoricalCrossentropy", {}, "one_hot"),
    "cce_logits": ("CategoricalCrossentropy", {"from_logits": True}, "one_hot_logits"),
    "cce_smooth": ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot"),
    "cce_steps": ("CategoricalCrossentropy", {}, "one_hot_steps"),
    "cce_axis": ("CategoricalCrossentropy", {"axis": 1}, "one_hot_steps"),
    "sparse": ("SparseCategoricalCrossentropy", {}, "sparse"),
    "sparse_column": ("SparseCategoricalCrossentropy", {}, "sparse_column"),
    "sparse_logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, "sparse_logits"),
    "focal": ("BinaryFocalCrossentropy", {}, "several"),
    "focal_logits": (
        "BinaryFocalCrossentropy",
        {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5, "from_logits": True, "label_smoothing": 0.1},
        "several_logits",
    ),
    "categorical_focal": ("CategoricalFocalCrossentropy", {}, "one_hot"),
    "categorical_focal_logits": (
        "CategoricalFocalCrossentropy",
        {"alpha": 0.4, "gamma": 3.0, "from_logits": True, "label_smoothing": 0.1},
        "one_hot_logits",
    ),
}
AT = {"thresholds": [0.2, 0.5, 0.8]}
METRICS = {
    "accuracy": ("Accuracy", {}, "numbers"),
    "binary_accuracy": ("BinaryAccuracy", {}, "several"),
    "binary_accuracy_at": ("BinaryAccuracy", {"threshold": 0.3}, "binary"),
    "categorical_accuracy": ("CategoricalAccuracy", {}, "one_hot"),
    "sparse_accuracy": ("SparseCategoricalAccuracy", {}, "sparse"),
    "sparse_accuracy_column": ("SparseCategoricalAccuracy", {}, "sparse_column"),
    "top_k": ("TopKCategoricalAccuracy", {"k": 2}, "one_hot"),
    "sparse_top_k": ("SparseTopKCategoricalAccuracy", {"k": 2}, "sparse"),
    "m_mse": ("MeanSquaredError", {}, "values"),
    "m_mse_steps": ("MeanSquaredError", {}, "steps"),
    "m_mae": ("MeanAbsoluteError", {}, "values"),
    "m_mape": ("MeanAbsolutePercentageError", {}, "positive"),
    "m_msle": ("MeanSquaredLogarithmicError", {}, "positive"),
    "m_rmse": ("RootMeanSquaredError", {}, "values"),
    "m_rmse_column": ("RootMeanSquaredError", {}, "column"),
    "m_relative": ("MeanRelativeError", {"normalizer": [1.0, 2.0, 0.0, 3.0]}, "values"),
    "m_cosine": ("CosineSimilarity", {}, "values"),
    "m_hinge": ("Hinge", {}, "signs"),
    "m_squared_hinge": ("SquaredHinge", {}, "signs"),
    "m_categorical_hinge": ("CategoricalHinge", {}, "one_hot"),
    "m_log_cosh": ("LogCoshError", {}, "values"),
    "m_poisson": ("Poisson", {}, "positive"),
    "m_kl": ("KLDivergence", {}, "shares"),
    "m_bce": ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, "several_logits"),
    "m_cce": ("CategoricalCrossentropy", {"label_smoothing": 0.1}, "one_hot"),
    "m_sparse": ("SparseCategoricalCrossentropy", {"from_logits": True}, "sparse_logits"),
    "tp": ("TruePositives", {}, "several"),
    "tn": ("TrueNegatives", {"thresholds": 0.3}, "several"),
    "fp": ("FalsePositives", AT, "several"),
    "fn": ("FalseNegatives", AT, "binary"),
    "precision": ("Precision", {}, "several"),
    "precision_at": ("Precision", AT, "several"),
    "precision_top_k": ("Precision", {"top_k": 2}, "one_hot"),
    "precision_class": ("Precision", {"class_id": 1}, "several"),
    "recall": ("Recall", {}, "binary"),
    "recall_at": ("Recall", AT, "several"),
    "recall_top_k_class": ("Recall", {"top_k": 3, "class_id": 2}, "one_hot"),
    "auc": ("AUC", {}, "several"),
    "auc_binary": ("AUC", {"num_thresholds": 20}, "binary"),
    "auc_pr": ("AUC", {"curve": "PR"}, "several"),
    "auc_minoring": ("AUC", {"summation_method": "minoring", "curve": "PR"}, "several"),
    "auc_majoring": ("AUC", {"summation_method": "majoring"}, "several"),
    "auc_own": ("AUC", {"thresholds": [0.7, 0.25, 0.5]}, "several"),
    "auc_labels": ("AUC", {"multi_label": True}, "several"),
    "auc_labels_pr": ("AUC", {"multi_label": True, "curve": "PR", "label_weights": [1.0, 2.0, 0.5, 0.0]}, "several"),
    "auc_logits": ("AUC", {"from_logits": True}, "several_logits"),
    "sensitivity": ("SensitivityAtSpecificity", {"specificity": 0.6}, "several"),
    "specificity": ("SpecificityAtSensitivity", {"sensitivity": 0.6, "num_thresholds": 50}, "several"),
    "precision_at_recall": ("PrecisionAtRecall", {"recall": 0.5}, "several"),
    "recall_at_precision": ("RecallAtPrecision", {"precision": 0.5, "class_id": 1}, "several"),
    "mean_iou": ("MeanIoU", {"num_classes": 4}, "classes"),
    "mean_iou_images": ("MeanIoU", {"num_classes": 4}, "images"),
    "iou": ("IoU", {"num_classes": 4, "target_class_ids": [0, 2]}, "classes"),
    "binary_iou": ("BinaryIoU", {"target_class_ids": [1], "threshold": 0.4}, "several"),
    "one_hot_iou": ("OneHotIoU", {"num_classes": 4, "target_class_ids": [1, 3]}, "one_hot"),
    "one_hot_mean_iou": ("OneHotMeanIoU", {"num_classes": 4}, "one_hot"),
    "f1": ("F1Score", {}, "one_hot"),
    "f1_micro": ("F1Score", {"average": "micro", "threshold": 0.4}, "several"),
    "f1_macro": ("F1Score", {"average": "macro", "threshold": 0.4}, "several"),
    "f1_weighted": ("F1Score", {"average": "weighted"}, "one_hot"),
    "fbeta": ("FBetaScore", {"average": "macro", "beta": 2.0, "threshold": 0.5}, "several"),
    "r2": ("R2Score", {}, "values"),
    "r2_none": ("R2Score", {"class_aggregation": None}, "values"),
    "r2_weighted": ("R2Score", {"class_aggregation": "variance_weighted_average"}, "values"),
    "r2_adjusted": ("R2Score", {"num_regressors": 2}, "column"),
}
# Metrics whose weights tf_keras takes for each element alone.
WEIGHTS_OF_ELEMENTS = {"IoU", "MeanIoU", "BinaryIoU", "OneHotIoU", "OneHotMeanIoU"}
REDUCED = {"Sum": ({}, "values"), "Mean": ({}, "values"), "MeanTensor": ({}, "values")}


def numbers(value):
    """What a loss or metric gives, as float64."""
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value, "float64")


def losses_of(keras):
    """Each loss of each batch: its mean, sum and values, plain and weighted."""
    for key, (name, settings, kind) in LOSSES.items():
        for reduction in ("sum_over_batch_size", "sum", "none"):
            loss = getattr(keras.losses, name)(**settings, reduction=reduction)
            for i, (y, p, w) in enumerate(batches(kind)):
                yield f"{key}/{reduction}/{i}", numbers(loss(y, p))
                yield f"{key}/{reduction}/{i}/weighted", numbers(loss(y, p, sample_weight=w))


def metrics_of(keras):
    """Each metric after each batch, plain and weighted, and anew after `reset_state`."""
    for key, (name, settings, kind) in METRICS.items():
        metric = getattr(keras.metrics, name)(**settings)
        for weighted in (False, True):
            for i, (y, p, w) in enumerate(batches(kind)):
                shape = np.shape(y) if name in ("IoU", "MeanIoU", "BinaryIoU") else np.shape(w)
                if name in WEIGHTS_OF_ELEMENTS:
                    w = np.broadcast_to(w.reshape(-1, *[1] * (len(shape) - 1)), shape).copy()
                metric.update_state(y, p, **({"sample_weight": w} if weighted else {}))
                yield f"{key}/{i}{'/weighted' * weighted}", numbers(metric.result())
            metric.reset_state()
    for name, (settings, kind) in REDUCED.items():
        metric = getattr(keras.metrics, name)(**settings)
        for i in range(3):
            y, p = data(kind, 4, i)
            metric.update_state(y * p, sample_weight=np.abs(y) if i == 1 else None)
            yield f"{name}/{i}", numbers(metric.result())


def model_of(keras, kind):
    """A small model with the same first weights on both sides, its data and weights of samples."""
    layers, rng = keras.layers, np.random.default_rng(5)
    if kind == "steps":
        x = np.where(np.arange(5)[None, :, None] < rng.integers(1, 6, (11, 1, 1)), array((11, 5, 3), 800), 0)
        model = keras.models.Sequential([layers.Masking(input_shape=(5, 3)), layers.Dense(4)])
        y = rng.integers(0, 4, (11, 5, 1))
    else:
        x = array((11, 3), 801)
        last = layers.Dense(4, activation="sigmoid" if kind == "several" else None)
        model = keras.models.Sequential([layers.Dense(6, activation="tanh", input_shape=(3,)), last])
        y = data("several" if kind == "several" else "one_hot", 11, 802)[0]
    model.set_weights([array(w.shape, 900 + i) * 0.5 for i, w in enumerate(model.get_weights())])
    return model, x.astype("float32"), y.astype("float32"), np.abs(array((11,), 803)) + 0.1


def training(keras, kind, loss, metrics, weighted, **extra):
    """The history and weights of two epochs in batches of 4, and an evaluation."""
    model, x, y, w = model_of(keras, kind)
    optimizer = getattr(keras.optimizers, "legacy", keras.optimizers).SGD(0.1)
    model.compile(optimizer, loss, metrics=metrics, weighted_metrics=weighted)
    use = {"sample_weight": w} if extra.get("weights") else {}
    history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0, **use).history
    for i, values in enumerate(history.values()):
        yield f"history/{i}", np.array(values, "float64")
    yield "evaluated", np.array(model.evaluate(x, y, batch_size=4, verbose=0, **use), "float64")
    yield from ((f"weight/{i}", np.asarray(weight, "float64")) for i, weight in enumerate(model.get_weights()))


def trainings(keras):
    """Trainings with objects: name, and what `training` takes behind `keras`."""
    losses, metrics = keras.losses, keras.metrics
    logits = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    sparse = losses.SparseCategoricalCrossentropy(from_logits=True)
    of_classes = [metrics.CategoricalAccuracy(), metrics.CategoricalCrossentropy(from_logits=True)]
    of_several = [metrics.AUC(), metrics.Precision(), metrics.Recall(thresholds=0.3), metrics.F1Score("macro")]

    def steps():
        # Anew for each model: tf_keras begins the first epoch with what weighted metrics have counted before.
        return [metrics.SparseCategoricalAccuracy(), metrics.SparseCategoricalCrossentropy(from_logits=True)]

    yield "classes", ("classes", logits, of_classes, []), {}
    yield "classes_sum", ("classes", losses.Huber(reduction="sum"), [metrics.MeanSquaredError()], []), {}
    yield "several", ("several", losses.BinaryCrossentropy(), of_several, []), {}
    yield "weights", ("several", losses.BinaryCrossentropy(), [metrics.AUC()], [metrics.Precision()]), {"weights": True}
    yield "steps", ("steps", sparse, steps(), []), {}
    yield "steps_weights", ("steps", sparse, [], steps()), {"weights": True}


def values(keras):
    """All numbers by name."""
    yield from losses_of(keras)
    yield from metrics_of(keras)
    for name, arguments, extra in trainings(keras):
        yield from ((f"{name}/{key}", value) for key, value in training(keras, *arguments, **extra))
