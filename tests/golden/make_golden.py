"""Write the golden files: what tf_keras computes for layers, losses, activations, optimizers and short trainings.

Run by hand where tf_keras (2.x) is installed; the tests only read the files:

    python tests/golden/make_golden.py            # all
    python tests/golden/make_golden.py layers_of_images

keras.npz holds cases.py, trainings.npz the models of trainings.py; each family of layers has a file of its own,
layers_NAME.py with a list LAYERS, and layers_NAME.npz beside it. The tests share these files, so both sides build the
same thing from the same numbers.
"""

import importlib
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import cases
import numpy as np
import tensorflow as tf
import tf_keras as keras


def layer_values(case):
    """Weights, output and gradients of sum(output * direction) for a layer and given inputs."""
    inputs = [tf.constant(x) for x in case.inputs()]
    settings = dict(case.settings)
    for held in {"layer", "cell"} & set(settings):
        settings[held] = keras.layers.deserialize(settings[held])
    layer = getattr(keras.layers, case.name)(**settings)
    feed = inputs if len(inputs) > 1 else inputs[0]
    layer(feed)
    weights = cases.weights_like(layer.get_weights())
    layer.set_weights(weights)
    with tf.GradientTape() as tape:
        watched = [x for x in inputs if x.dtype.is_floating]
        for x in watched:
            tape.watch(x)
        output = layer(feed, training=case.training)
        loss = tf.reduce_sum(output * cases.direction(output.shape))
    gradients = tape.gradient(loss, [*watched, *layer.trainable_weights])
    yield from ((f"weight{i}", w) for i, w in enumerate(weights))
    yield "output", output.numpy()
    yield from ((f"gradient{i}", tf.convert_to_tensor(g).numpy()) for i, g in enumerate(gradients))


def optimizer_values(settings):
    """A weight after each of five updates with given gradients."""
    name, config = settings
    optimizer = getattr(keras.optimizers.legacy, name)(**config)
    weight = tf.Variable(cases.array((4, 3), 1))
    for step in range(5):
        optimizer.apply_gradients([(tf.constant(cases.array((4, 3), 10 + step)), weight)])
        yield f"step{step}", weight.numpy()


def training_values(build):
    """Losses and last weights of ten updates of a whole model."""
    model, x, y, *settings = build(keras)
    model.set_weights(cases.weights_like(model.get_weights()))
    settings = settings[0] if settings else {}
    losses = [np.atleast_1d(model.train_on_batch(x, y, **settings))[0] for _ in range(10)]
    yield "losses", np.array(losses)
    yield from ((f"weight{i}", w) for i, w in enumerate(model.get_weights()))


def layers_of(module):
    """The arrays of all cases in the module's LAYERS."""
    return {f"layer/{case.key}/{k}": v for case in module.LAYERS for k, v in layer_values(case)}


def everything_of_cases():
    """The arrays of cases.py: layers, losses, activations, optimizers, trainings."""
    golden = layers_of(cases)
    for name in cases.LOSSES:
        target, output = cases.loss_arguments(name)
        golden[f"loss/{name}"] = getattr(keras.losses, name)(target, output).numpy()
    for name in cases.ACTIVATIONS:
        golden[f"activation/{name}"] = getattr(keras.activations, name)(tf.constant(cases.array((5, 7), 3) * 2)).numpy()
    for key, settings in cases.OPTIMIZERS.items():
        golden.update({f"optimizer/{key}/{k}": v for k, v in optimizer_values(settings)})
    golden.update(trainings_of(cases))
    return golden


def trainings_of(module):
    """The arrays of all models in the module's TRAININGS."""
    return {f"training/{key}/{k}": v for key, build in module.TRAININGS.items() for k, v in training_values(build)}


def write(name, golden):
    """Save the arrays as NAME.npz beside this file."""
    path = Path(__file__).with_name(f"{name}.npz")
    np.savez_compressed(path, **{k: np.asarray(v, "float32") for k, v in golden.items()})
    print(f"{path}: {len(golden)} arrays, {path.stat().st_size} bytes, tf_keras {keras.__version__}")


def main():
    """Write the files named on the command line, or all."""
    families = sorted(path.stem for path in Path(__file__).parent.glob("layers_*.py"))
    for name in sys.argv[1:] or ["keras", "trainings", *families]:
        if name == "keras":
            write(name, everything_of_cases())
        else:
            make = trainings_of if name == "trainings" else layers_of
            write(name, make(importlib.import_module(name)))


if __name__ == "__main__":
    main()
