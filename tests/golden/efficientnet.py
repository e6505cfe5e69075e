"""EfficientNets of tf_keras: layers, parameters and shapes in efficientnet.json, numbers with given weights in efficientnet.npz.

    python tests/golden/efficientnet.py

writes them, where tf_keras is installed.
"""

import hashlib
import importlib
import json
import os
from pathlib import Path

import numpy as np

NAMES = [f"EfficientNetB{number}" for number in range(8)] + [
    f"EfficientNetV2{size}" for size in ("B0", "B1", "B2", "B3", *"SML")
]
WITHOUT_TOP = ("EfficientNetB0", "EfficientNetV2B0")
NUMBERS = {
    "EfficientNetB0": (48, 64, 3),
    "EfficientNetB1": (33, 47, 3),
    "EfficientNetV2B0": (48, 64, 3),
    "EfficientNetV2B2": (33, 47, 3),
    "EfficientNetV2S": (40, 40, 3),
}
HERE = Path(__file__)


def structure(model):
    """Number of parameters, shape of the result, and a digest of classes and names of the layers that the net names itself."""
    own = [
        [type(layer).__name__, layer.name]
        for layer in model.layers
        if not layer.name.startswith(("input", "rescaling", "normalization"))
    ]
    shape = list(model.output_shape[1:])
    return [int(model.count_params()), shape, len(own), hashlib.sha256(json.dumps(own).encode()).hexdigest()]


def numbers(model, shape):
    """Features of pictures by weights that follow from their shapes alone."""
    random = np.random.default_rng(7)
    values = []
    for weight in model.get_weights():
        if weight.ndim > 1:
            values.append(random.normal(size=weight.shape) * np.sqrt(2 / np.prod(weight.shape[:-1])))
        else:
            values.append(random.uniform(0.5, 1.5, weight.shape))
    model.set_weights([value.astype(weight.dtype) for value, weight in zip(values, model.get_weights(), strict=True)])
    return model.predict(pictures(shape), verbose=0)


def pictures(shape):
    """Two of them."""
    return np.random.default_rng(3).uniform(0, 255, (2, *shape)).astype("float32")


def main():
    """Compute and write."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    nets = importlib.import_module("tf_keras").applications
    known = {}
    for name in NAMES:
        known[name] = structure(getattr(nets, name)(weights=None))
        if name in WITHOUT_TOP:
            known[f"{name} without top"] = structure(
                getattr(nets, name)(weights=None, include_top=False, pooling="max")
            )
    HERE.with_suffix(".json").write_text(json.dumps(known, indent=1) + "\n")
    found = {
        name: numbers(getattr(nets, name)(weights=None, include_top=False, input_shape=shape, pooling="avg"), shape)
        for name, shape in NUMBERS.items()
    }
    np.savez_compressed(HERE.with_suffix(".npz"), **found)


if __name__ == "__main__":
    main()
