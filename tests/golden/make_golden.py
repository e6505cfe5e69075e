"""Write the golden files: what tf_keras computes, in float64, for everything that has numbers.

That is layers with gradients, losses, metrics, activations, optimizers, regularizers, constraints and short trainings.

Run by hand where tf_keras (2.x) is installed; the tests only read the files:

    python tests/golden/make_golden.py            # all
    python tests/golden/make_golden.py layers_of_images

keras.npz holds cases.py, trainings.npz the models of trainings.py, second_order.npz the networks of second_order.py, counted.npz
the losses and metrics of counted.py that are objects; each
family of layers has a file of its own, layers_NAME.py with a list LAYERS, and layers_NAME.npz beside it. The tests share
these files, so both sides build the same thing from the same numbers.
"""

import functools
import importlib
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import cases
import numpy as np
import tensorflow as tf
import tf_keras as keras

keras.backend.set_floatx("float64")


def wide(array):
    """Floats as float64 (or what Keras computes in), the same numbers."""
    return array.astype(keras.backend.floatx()) if array.dtype.kind == "f" else array


# What TensorFlow says of kernels and layers that it has for float32 alone.
ONLY_FLOAT32 = ("not in the list of allowed values", "Could not find device", "was expected to be a double tensor")


def layer_values(case):
    """As `values_in`, in float64; in float32 where TensorFlow has no other kernel (pooling of volumes)."""
    keras.backend.set_floatx("float64")
    try:
        return list(values_in(case))
    except (tf.errors.InvalidArgumentError, tf.errors.NotFoundError) as error:
        if not any(sentence in str(error) for sentence in ONLY_FLOAT32):
            raise
    keras.backend.set_floatx("float32")
    found = list(values_in(case))
    keras.backend.set_floatx("float64")
    return found


def values_in(case):
    """Weights, output and gradients of sum(output * direction) for a layer and given inputs."""
    inputs = [tf.constant(wide(x)) for x in case.inputs()]
    settings = dict(case.settings)
    for held in {"layer", "cell"} & set(settings):
        settings[held] = keras.layers.deserialize(settings[held])
    package = keras if hasattr(keras.layers, case.name) else later_keras()
    layer = getattr(package.layers, case.name)(**settings)
    call = (
        (lambda **how: layer(*inputs, **how))
        if case.name in cases.ONE_BY_ONE
        else functools.partial(layer, feed_of(inputs))
    )
    call(**case.extra)
    weights = cases.weights_like(layer.get_weights())
    layer.set_weights(weights)
    with tf.GradientTape() as tape:
        watched = [x for x in inputs if x.dtype.is_floating]
        for x in watched:
            tape.watch(x)
        output = call(training=case.training, **case.extra)
        loss = tf.reduce_sum(output * wide(cases.direction(output.shape)))
    gradients = tape.gradient(loss, [*watched, *layer.trainable_weights])
    yield from ((f"weight{i}", w) for i, w in enumerate(weights))
    yield "output", output.numpy()
    yield from ((f"gradient{i}", tf.convert_to_tensor(g).numpy()) for i, g in enumerate(gradients))


def feed_of(inputs):
    """One input, or the list of several."""
    return inputs if len(inputs) > 1 else inputs[0]


def later_keras():
    """Keras 3 on TensorFlow, for layers that tf_keras lacks."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    package = importlib.import_module("keras")
    package.backend.set_floatx("float64")
    return package


def optimizer_values(settings):
    """A weight after each of five updates with given gradients."""
    name, config = settings
    if name == "Adagrad":
        config = {**config, "initial_accumulator_value": 0.0}  # as in Keras 2.2.4
    optimizer = getattr(keras.optimizers.legacy, name)(**config)
    weight = tf.Variable(wide(cases.array((4, 3), 1)))
    for step in range(5):
        optimizer.apply_gradients([(tf.constant(wide(cases.array((4, 3), 10 + step))), weight)])
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
    """The arrays of cases.py."""
    golden = layers_of(cases)
    for name in cases.LOSSES:
        target, output = cases.loss_arguments(name)
        function = getattr(keras.losses, {"cosine_proximity": "cosine_similarity"}.get(name, name))
        golden[f"loss/{name}"] = function(wide(target), wide(output)).numpy()
    for name, settings in cases.METRICS.items():
        target, output = cases.loss_arguments(name)
        function = getattr(keras.metrics, name)
        golden[f"metric/{name}"] = np.mean(function(target, output, **settings))
    for name, settings in cases.REGULARIZERS.items():
        penalty = getattr(keras.regularizers, name)(**({name: settings["l"]} if "l" in settings else settings))
        golden[f"regularizer/{name}"] = penalty(wide(cases.array((4, 3), 11))).numpy()
    for key, (name, settings) in cases.CONSTRAINTS.items():
        constraint = getattr(keras.constraints, name)(**settings)
        golden[f"constraint/{key}"] = constraint(tf.constant(wide(cases.constrained_weight(key)))).numpy()
    for name in cases.ACTIVATIONS:
        golden[f"activation/{name}"] = getattr(keras.activations, name)(
            tf.constant(wide(cases.array((5, 7), 3) * 2))
        ).numpy()
    for key, settings in cases.OPTIMIZERS.items():
        golden.update({f"optimizer/{key}/{k}": v for k, v in optimizer_values(settings)})
    golden.update(trainings_of(cases))
    return golden


def trainings_of(module):
    """The arrays of all models in the module's TRAININGS."""
    return {f"training/{key}/{k}": v for key, build in module.TRAININGS.items() for k, v in training_values(build)}


def norms(gradient):
    """The norm of each sample's gradient."""
    return tf.sqrt(tf.reduce_sum(gradient**2, axis=list(range(1, gradient.shape.rank))))


def second_order_values(module, key):
    """A network's gradient penalty with its gradients, and the product of its Hessian with a direction."""
    model, x = module.network(keras, key)
    x, weights = tf.constant(wide(x)), model.trainable_weights
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            score = tf.reduce_sum(tf.sin(model(x)))
        penalty = tf.reduce_mean((norms(inner.gradient(score, x)) - 1) ** 2)
    yield "penalty", penalty.numpy()
    for i, gradient in enumerate(outer.gradient(penalty, [x, *weights], unconnected_gradients="zero")):
        yield f"gradient{i}", tf.convert_to_tensor(gradient).numpy()
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            score = tf.reduce_sum(tf.sin(model(x)))
        slopes = inner.gradient(score, weights)
        along = sum(tf.reduce_sum(g * wide(d)) for g, d in zip(slopes, module.directions(weights), strict=True))
    for i, product in enumerate(outer.gradient(along, weights, unconnected_gradients="zero")):
        yield f"product{i}", tf.convert_to_tensor(product).numpy()


def critic_values(module):
    """Losses and last weights of ten updates of a critic with gradient penalty."""
    critic, _ = module.network(keras, "dense")
    optimizer = keras.optimizers.legacy.Adam(learning_rate=0.01, epsilon=1e-7)
    losses = []
    for real, fake, share in module.critic_batches():
        mixed = tf.constant(share * real + (1 - share) * fake)
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(mixed)
                score = critic(mixed)
            penalty = tf.reduce_mean((norms(inner.gradient(score, mixed)) - 1) ** 2)
            loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real)) + 10 * penalty
        weights = critic.trainable_weights
        slopes = outer.gradient(loss, weights, unconnected_gradients="zero")
        optimizer.apply_gradients(zip(slopes, weights, strict=True))
        losses.append(loss.numpy())
    yield "losses", np.array(losses)
    yield from ((f"weight{i}", w) for i, w in enumerate(critic.get_weights()))


def second_orders_of(module):
    """The arrays of all networks of second_order.py, and of the critic's training."""
    golden = {f"critic/{k}": v for k, v in critic_values(module)}
    for key in module.NETWORKS:
        golden.update((f"{key}/{k}", v) for k, v in second_order_values(module, key))
    return golden


def optimizer_of_keras_3(package, name, config):
    """One of Keras 3's optimizers, with its schedule or the optimizer within."""
    settings, rate = dict(config), config.get("learning_rate")
    if isinstance(rate, dict):
        settings["learning_rate"] = getattr(package.optimizers.schedules, rate["class_name"])(**rate["config"])
    if "inner_optimizer" in config:
        inner = config["inner_optimizer"]
        settings["inner_optimizer"] = optimizer_of_keras_3(package, inner["class_name"], inner["config"])
    return getattr(package.optimizers, name)(**settings)


def later_optimizers_of(module):
    """A weight after each update by Keras 3's optimizers, and the rates of its schedules."""
    package, golden = later_keras(), {}
    for key, (name, config) in module.OPTIMIZERS.items():
        optimizer = optimizer_of_keras_3(package, name, config)
        variable = package.Variable(module.weight(key), dtype="float64", name="kernel")
        optimizer.build([variable])
        for step in range(module.UPDATES):
            scale = float(optimizer.dynamic_scale) if key in module.SCALED else 1.0
            optimizer.apply([package.ops.convert_to_tensor(module.gradient(key, step) * scale)], [variable])
            golden[f"optimizer/{key}/{step}"] = np.asarray(variable)
            if key in module.SCALED:
                golden[f"scale/{key}/{step}"] = np.asarray(float(optimizer.dynamic_scale))
    for key, (name, config) in module.SCHEDULES.items():
        rate = getattr(package.optimizers.schedules, name)(**config)
        golden[f"schedule/{key}"] = np.array([float(rate(step)) for step in module.STEPS])
    return golden


def texts_of(module):
    """What texts become after a layer has learnt its words, and the number of their places."""
    golden = {}
    for key, (name, config) in module.CASES.items():
        layer = getattr(keras.layers, name)(**module.settings(config))
        learnt, asked = module.given(name)
        layer.adapt(tf.constant(learnt))
        golden[f"{key}/output"] = np.asarray(layer(tf.constant(asked)))
        golden[f"{key}/size"] = np.array(layer.vocabulary_size())
    return golden


def counted_of(module):
    """What losses and metrics give that are objects, in float32: TensorFlow tells the k largest of no other numbers."""
    keras.backend.set_floatx("float32")
    golden = dict(module.values(keras))
    keras.backend.set_floatx("float64")
    return golden


SPECIAL = {
    "trainings": trainings_of,
    "second_order": second_orders_of,
    "later_optimizers": later_optimizers_of,
    "texts": texts_of,
    "counted": counted_of,
}


def write(name, golden):
    """Save the arrays as NAME.npz beside this file."""
    path = Path(__file__).with_name(f"{name}.npz")
    np.savez_compressed(path, **{k: np.asarray(v, "float64") for k, v in golden.items()})
    print(f"{path}: {len(golden)} arrays, {path.stat().st_size} bytes, tf_keras {keras.__version__}")


def main():
    """Write the files named on the command line, or all."""
    families = sorted(path.stem for path in Path(__file__).parent.glob("layers_*.py"))
    for name in sys.argv[1:] or ["keras", *SPECIAL, *families]:
        if name == "keras":
            write(name, everything_of_cases())
        else:
            make = SPECIAL.get(name, layers_of)
            write(name, make(importlib.import_module(name)))


if __name__ == "__main__":
    main()
