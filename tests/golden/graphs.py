"""Random graphs of layers, built alike with the engine and with tf_keras: the orders of their layers are compared.

python tests/golden/graphs.py        # writes graphs.json, where tf_keras is installed
"""

from __future__ import annotations

import json
import random
import types
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).with_name("graphs.json")
COUNT = 30


def random_graph(keras: types.ModuleType, seed: int) -> Any:
    """A model with several inputs and outputs, branches, merges, layers used twice and a model inside."""
    stream = random.Random(seed)
    layers, model_class = keras.layers, keras.models.Model
    inputs = [layers.Input((4,), name=f"in_{i}") for i in range(stream.randint(1, 3))]
    inner_input = layers.Input((4,), name="inner_in")
    inner = model_class(inner_input, layers.Dense(4, name="inner_dense")(inner_input), name="inner")
    shared = layers.Dense(4, name="shared")
    tensors = list(inputs)
    for i in range(stream.randint(4, 16)):
        kind = stream.choice(["dense", "dense", "norm", "add", "concat", "shared", "inner"])
        x = stream.choice(tensors)
        if kind == "dense":
            y = layers.Dense(4, name=f"dense_{i}")(x)
        elif kind == "norm":
            y = layers.BatchNormalization(name=f"norm_{i}")(x)
        elif kind == "shared":
            y = shared(x)
        elif kind == "inner":
            y = inner(x)
        else:
            others = [x, *(stream.choice(tensors) for _ in range(stream.randint(1, 2)))]
            merged = (layers.Add if kind == "add" else layers.Concatenate)(name=f"{kind}_{i}")(others)
            y = merged if kind == "add" else layers.Dense(4, name=f"after_{i}")(merged)
        tensors.append(y)
    made = tensors[len(inputs) :]
    outputs = [made[-1], *stream.sample(made[:-1], min(len(made) - 1, stream.randint(0, 2)))]
    return model_class(inputs, outputs, name=f"graph_{seed}")


def orders(model: Any) -> dict[str, list[str]]:
    """Names of a model's layers and weights, in its order."""
    return {
        "layers": [layer.name for layer in model.layers],
        "weights": [weight.name.partition(":")[0] for weight in model.weights],
        "trainable": [weight.name.partition(":")[0] for weight in model.trainable_weights],
    }


if __name__ == "__main__":
    import tf_keras

    made = [orders(random_graph(tf_keras, seed)) for seed in range(COUNT)]
    GOLDEN.write_text(json.dumps(made, indent=None).replace("}, {", "},\n{") + "\n")
