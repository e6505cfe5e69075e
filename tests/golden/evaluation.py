"""Figures of predictions by scikit-learn, which `python tests/golden/evaluation.py` writes into evaluation.npz."""

from pathlib import Path

import numpy as np

RNG = np.random.default_rng(7)
CLASSES, SAMPLES, LABELS = 4, 300, 3

# Rounded, so that many samples share a probability.
_RAW = RNG.dirichlet(np.ones(CLASSES), SAMPLES)
TRUE = RNG.integers(0, CLASSES - 1, SAMPLES)
PROBABILITIES = np.round(_RAW * 0.6 + 0.4 * np.eye(CLASSES)[TRUE] * (RNG.random((SAMPLES, 1)) < 0.6), 2)
# Without zeros, below which losses are cut at different places.
SHARES = (PROBABILITIES + 0.01) / (PROBABILITIES + 0.01).sum(1, keepdims=True)
PREDICTED = PROBABILITIES.argmax(1)
FLAGS = RNG.integers(0, 2, (SAMPLES, LABELS))
GIVEN = np.round(np.clip(FLAGS * 0.3 + RNG.random((SAMPLES, LABELS)) * 0.7, 0, 1), 2)
AMOUNTS = RNG.normal(50, 12, SAMPLES)
ESTIMATED = AMOUNTS * 0.9 + RNG.normal(3, 4, SAMPLES)


def main():
    """Write what scikit-learn computes of these numbers."""
    from sklearn import metrics
    from sklearn.calibration import calibration_curve

    made = {"confusion": metrics.confusion_matrix(TRUE, PREDICTED, labels=range(CLASSES))}
    by_class = metrics.precision_recall_fscore_support(TRUE, PREDICTED, labels=range(CLASSES), zero_division=np.nan)
    by_label = metrics.precision_recall_fscore_support(FLAGS, GIVEN >= 0.5, zero_division=np.nan)
    for name, table in (("class", by_class), ("label", by_label)):
        for column, values in zip(("precision", "recall", "f1", "support"), table, strict=True):
            made[f"{name}_{column}"] = values
    for number in range(CLASSES - 1):
        is_class, given = number == TRUE, PROBABILITIES[:, number]
        false_rate, true_rate, _ = metrics.roc_curve(is_class, given, drop_intermediate=False)
        precision, recall, _ = metrics.precision_recall_curve(is_class, given)
        made |= {
            f"roc_{number}": np.stack([false_rate, true_rate]),
            f"pr_{number}": np.stack([precision, recall])[:, ::-1],
        }
        made[f"areas_{number}"] = [
            metrics.roc_auc_score(is_class, given),
            metrics.average_precision_score(is_class, given),
        ]
    made["calibration"] = np.stack(calibration_curve(FLAGS[:, 0], GIVEN[:, 0], n_bins=10))
    made["errors"] = [
        metrics.mean_absolute_error(AMOUNTS, ESTIMATED),
        metrics.mean_squared_error(AMOUNTS, ESTIMATED) ** 0.5,
        metrics.r2_score(AMOUNTS, ESTIMATED),
    ]
    made["losses"] = [metrics.log_loss(TRUE, SHARES, labels=range(CLASSES))]
    np.savez_compressed(Path(__file__).with_suffix(".npz"), **made)


if __name__ == "__main__":
    main()
