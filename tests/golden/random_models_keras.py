"""What tf_keras computes for the models of random_models.py: outputs, loss, weights after one update; run where it is installed.

    python tests/golden/random_models_keras.py FIRST COUNT OUT.npz

In float64, or in float32 where TensorFlow has no other kernel. Layers and losses are tf_keras's; how the loss of an output is
weighted and masked, the clipping of gradients and the penalties on outputs are put as in Keras 2.2.4, of which tf_keras differs.
A model that fails leaves the text of the error under "SEED/error".
"""

import copy
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import random_models
import tensorflow as tf
import tf_keras as keras

K = keras.backend
EPSILON = {"epsilon": 1e-7}


def scaled(config):
    """The config with penalties on outputs times the batch: tf_keras divides them by it, 2.2.4 does not.

    And with batch normalisation by the formula rather than by fused kernels.
    """
    if isinstance(config, list):
        return [scaled(item) for item in config]
    if not isinstance(config, dict):
        return config
    config = {key: scaled(value) for key, value in config.items()}
    if config.get("class_name") == "BatchNormalization":  # the fused kernels take another variance
        config["config"] = {**config["config"], "fused": False}
    penalties = [config.get("activity_regularizer") or {}]
    if config.get("class_name") == "ActivityRegularization":
        penalties.append(config)
    for penalty in penalties:
        if "config" in penalty:
            settings = penalty["config"]
            penalty["config"] = {**settings, **{k: settings[k] * random_models.BATCH for k in ("l1", "l2")}}
    return config


def binary_crossentropy(target, output):
    """2.2.4 clips the probability; tf_keras adds epsilon inside the logarithm."""
    output = tf.clip_by_value(output, K.epsilon(), 1 - K.epsilon())
    return K.mean(tf.nn.sigmoid_cross_entropy_with_logits(target, tf.math.log(output / (1 - output))), axis=-1)


def categorical_crossentropy(target, output):
    """2.2.4 clips the probability; tf_keras looks for the logits behind it."""
    output = output / tf.reduce_sum(output, axis=-1, keepdims=True)
    return -tf.reduce_sum(target * tf.math.log(tf.clip_by_value(output, K.epsilon(), 1 - K.epsilon())), axis=-1)


def sparse_categorical_crossentropy(target, output):
    """The same of class numbers; the clipped numbers are normed once more."""
    logits = tf.math.log(tf.clip_by_value(output, K.epsilon(), 1 - K.epsilon()))
    return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(target[..., 0], "int64"), logits)


LOSSES = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
    "cosine_proximity": keras.losses.cosine_similarity,
}


def loss_of(name, target, output, mask, weights):
    """`_weighted_masked_objective` of Keras 2.2.4."""
    score = LOSSES.get(name, getattr(keras.losses, name, None))(target, output)
    if mask is not None:
        mask = tf.cast(mask, score.dtype)
        score = score * mask / K.mean(mask)
    if weights is not None:
        further = list(range(weights.ndim, len(score.shape)))
        score = K.mean(score, axis=further) if further else score
        score = score * weights / np.mean(weights != 0)
    return K.mean(score)


def total_loss(model, case, arrays, training):
    """Outputs and the sum that is minimised."""
    outputs = model(arrays if len(arrays) > 1 else arrays[0], training=training)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    total = tf.add_n(model.losses) if model.losses else tf.zeros((), K.floatx())
    for target, output in zip(case.targets, outputs, strict=True):
        y = random_models.targets_for(case, target).astype(K.floatx())
        weights = random_models.sample_weights_for(case, target)
        weights = None if weights is None else weights.astype(K.floatx())
        mask = getattr(output, "_keras_mask", None)
        total = total + target.weight * loss_of(target.loss, y, output, mask, weights)
    return outputs, total


def clipped(gradients, settings):
    """Gradients cut by value, or all by their common norm."""
    if "clipvalue" in settings:
        return [tf.clip_by_value(g, -settings["clipvalue"], settings["clipvalue"]) for g in gradients]
    if "clipnorm" in settings:
        return tf.clip_by_global_norm(gradients, settings["clipnorm"])[0]
    return gradients


def optimizer_of(case):
    """Keras 2.2.4's optimizer, which tf_keras keeps as a legacy one."""
    name, settings = case.optimizer
    settings = {"learning_rate" if k == "lr" else k: v for k, v in settings.items() if not k.startswith("clip")}
    settings.update({} if name == "SGD" else EPSILON)
    if name == "Adagrad":
        settings["initial_accumulator_value"] = 0.0
    return getattr(keras.optimizers.legacy, name)(**settings)


def results(case):
    """Names and arrays of what is compared."""
    K.clear_session()
    model = keras.models.model_from_json(json.dumps(scaled(copy.deepcopy(case.config))))
    random_models.prepared(model, case)
    arrays = [a if a.dtype.kind == "i" else a.astype(K.floatx()) for a in random_models.feeds(case)]
    outputs, loss = total_loss(model, case, arrays, training=False)
    yield from ((f"output{i}", output.numpy()) for i, output in enumerate(outputs))
    yield "loss", loss.numpy()
    if case.noisy:
        return
    variables = model.trainable_weights
    with tf.GradientTape() as tape:
        _, loss = total_loss(model, case, arrays, training=True)
    yield "trained loss", loss.numpy()
    pairs = [
        (tf.convert_to_tensor(g), v)
        for g, v in zip(tape.gradient(loss, variables), variables, strict=True)
        if g is not None
    ]
    gradients = clipped([g for g, _ in pairs], case.optimizer[1])
    if pairs:
        optimizer_of(case).apply_gradients(zip(gradients, [v for _, v in pairs], strict=True))
    for name, layer in random_models.weighted_layers(model):
        yield from ((f"{name} {i}", weight) for i, weight in enumerate(layer.get_weights()))


def computed(case):
    """The arrays by name, or the error."""
    K.set_floatx("float32" if case.volumes else "float64")
    try:
        return {name: np.asarray(value) for name, value in results(case)}
    except Exception as error:  # whatever it is, it stands in the table
        return {"error": np.array(f"{type(error).__name__}: {error}"[:600])}


def main():
    """Write the arrays of the models FIRST to FIRST + COUNT - 1."""
    first, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    arrays = {}
    for seed in range(first, first + count):
        arrays.update({f"{seed}/{name}": value for name, value in computed(random_models.case(seed)).items()})
    np.savez_compressed(path, **arrays)


if __name__ == "__main__":
    main()
