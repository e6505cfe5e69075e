"""Models of installed Keras that begin with texts, which the ordinary tests read: run by the Python that has it.

    python tests/golden/text_models.py keras|tf_keras FOLDER

Writes a `.keras` file, whose vocabularies stand beside its config, and what the model predicts.
"""

import importlib
import json
import os
import sys

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

TEXTS = ["The cat sat on the mat.", "A dog; a cat: and THE bird!", "birds sing -- sometimes", ""]
KINDS = ["cat", "dog", "bird", "cow"]
NUMBERS = [3, 1, 3, 9]


def model_of(keras):
    """Words as places and as counts, kinds looked up and hashed, whole numbers looked up."""
    layers = keras.layers
    text = keras.Input((1,), dtype="string", name="text")
    kind = keras.Input((1,), dtype="string", name="kind")
    number = keras.Input((1,), dtype="int64", name="number")
    # Without an axis of its own: Keras 3 expects another shape of counts than it computes for (N, 1).
    counted = keras.Input((), dtype="string", name="counted")
    places = layers.TextVectorization(output_sequence_length=6, max_tokens=9)
    counts = layers.TextVectorization(output_mode="count", ngrams=2, standardize="lower")
    kinds = layers.StringLookup(output_mode="one_hot", num_oov_indices=2)
    known = layers.IntegerLookup(output_mode="one_hot")
    for layer in (places, counts):
        layer.adapt(np.array(TEXTS))
    kinds.adapt(np.array(["dog", "cat", "dog"]))
    known.adapt(np.array([1, 3, 3]))
    words = layers.GlobalAveragePooling1D()(layers.Embedding(9, 3)(places(text)))
    hashed = layers.Embedding(5, 2)(layers.Hashing(5, mask_value="cow")(kind))
    joined = layers.concatenate([words, counts(counted), kinds(kind), known(number), layers.Flatten()(hashed)])
    return keras.Model([text, kind, number, counted], layers.Dense(2)(joined))


def main(library, folder):
    """The file, and the predictions."""
    keras = importlib.import_module(library)
    keras.utils.set_random_seed(5)
    model = model_of(keras)
    stem = os.path.join(folder, f"{library}_texts")
    columns = [*(np.array(one)[:, None] for one in (TEXTS, KINDS, NUMBERS)), np.array(TEXTS)]
    if library == "keras":
        tensors = [importlib.import_module("tensorflow").constant(one) for one in columns]
    else:
        tensors = columns
    expected = np.asarray(model(tensors))
    model.save(f"{stem}.keras")
    with open(f"{stem}.json", "w", encoding="utf-8") as file:
        json.dump(expected.round(6).tolist(), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
