"""Samples, and what scikit-learn computes of them (`tests/golden/evaluation.py`)."""

import importlib.util
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
_spec = importlib.util.spec_from_file_location("golden_evaluation", GOLDEN / "evaluation.py")
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)
FIGURES = dict(np.load(GOLDEN / "evaluation.npz"))
