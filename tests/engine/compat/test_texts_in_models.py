"""Models that begin with texts, as Keras's own examples write them: trained, asked, kept in files."""

import numpy as np
import pytest

from engine._machine.random import set_seed
from engine.errors import DataError, SettingError
from engine.models import load_model, model_from_json, model_from_yaml

GOOD, BAD = ("good", "great", "fine", "lovely"), ("bad", "awful", "poor", "dull")


def reviews(count=96):
    """Texts of a few words, of which one says the label, and the labels."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, count)
    fill = ["film", "story", "the", "a", "cast", "of", "it"]
    texts = []
    for label in labels:
        words = [*rng.choice(fill, rng.integers(2, 9)), rng.choice(GOOD if label else BAD)]
        texts.append(" ".join(rng.permutation(words)).capitalize() + "<br />.")
    return np.array(texts), labels


@pytest.fixture(autouse=True)
def _numbers_of_a_seed():
    set_seed(1)
    yield
    set_seed(None)


def test_the_text_classification_of_keras_runs(compat):
    """keras.io/examples/nlp/text_classification_from_scratch, smaller."""
    import re
    import string

    import keras
    import tensorflow as tf
    from keras import layers

    texts, labels = reviews()
    raw_train_ds = tf.data.Dataset.from_tensor_slices((texts, labels)).batch(16)

    def custom_standardization(input_data):
        lowercase = tf.strings.lower(input_data)
        stripped_html = tf.strings.regex_replace(lowercase, "<br />", " ")
        return tf.strings.regex_replace(stripped_html, f"[{re.escape(string.punctuation)}]", "")

    vectorize_layer = layers.TextVectorization(
        standardize=custom_standardization, max_tokens=40, output_mode="int", output_sequence_length=12
    )
    text_ds = raw_train_ds.map(lambda x, y: x)
    vectorize_layer.adapt(text_ds)

    def vectorize_text(text, label):
        text = tf.expand_dims(text, -1)
        return vectorize_layer(text), label

    train_ds = raw_train_ds.map(vectorize_text).cache().prefetch(buffer_size=10)
    inputs = keras.Input(shape=(None,), dtype="int64")
    x = layers.Embedding(40, 16)(inputs)
    x = layers.Dropout(0.1)(x)
    x = layers.Conv1D(16, 3, padding="valid", activation="relu", strides=1)(x)
    x = layers.GlobalMaxPooling1D()(x)
    predictions = layers.Dense(1, activation="sigmoid", name="predictions")(x)
    model = keras.Model(inputs, predictions)
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01), metrics=["accuracy"])
    model.fit(train_ds, epochs=25, verbose=0)

    inputs = keras.Input(shape=(1,), dtype="string")
    indices = vectorize_layer(inputs)
    outputs = model(indices)
    end_to_end_model = keras.Model(inputs, outputs)
    end_to_end_model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
    _, accuracy = end_to_end_model.evaluate(raw_train_ds, verbose=0)
    assert accuracy > 0.95
    np.testing.assert_allclose(end_to_end_model(texts[:3]), end_to_end_model.predict(texts[:3]), atol=1e-6)
    told = end_to_end_model.predict(np.array(["A lovely film", "Awful<br />story"]), verbose=0)
    assert told[0, 0] > 0.5 > told[1, 0]


def test_a_model_whose_first_layer_takes_texts_trains_on_data_sets_and_arrays(compat):
    """tensorflow.org/text/tutorials/text_classification_rnn, smaller: rows as long as the longest text of the batch."""
    import tensorflow as tf

    texts, labels = reviews()
    train = (
        tf.data.Dataset.from_tensor_slices((texts, labels)).shuffle(100, seed=1).batch(16).prefetch(tf.data.AUTOTUNE)
    )
    encoder = tf.keras.layers.TextVectorization(max_tokens=40)
    encoder.adapt(train.map(lambda text, label: text))
    model = tf.keras.Sequential(
        [
            encoder,
            tf.keras.layers.Embedding(len(encoder.get_vocabulary()), 8, mask_zero=True),
            tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(8)),
            tf.keras.layers.Dense(8, activation="relu"),
            tf.keras.layers.Dense(1),
        ]
    )
    model.compile(
        loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
        optimizer=tf.keras.optimizers.Adam(0.02),
        metrics=["accuracy"],
    )
    history = model.fit(train, epochs=6, validation_data=train, validation_steps=2, verbose=0).history
    assert history["accuracy"][-1] > 0.9 and history["val_accuracy"][-1] > 0.9
    # Padding does not count: alone and beside a longer text a text gives the same.
    alone = model.predict(np.array(["a lovely film"]))
    beside = model.predict(np.array(["a lovely film", "the the the the the story of it"]))
    np.testing.assert_allclose(alone[0], beside[0], atol=1e-6)
    more = model.fit(texts, labels, validation_split=0.25, epochs=1, batch_size=16, verbose=0).history
    assert more["val_accuracy"][0] > 0.9


def structured():
    """Columns of texts and numbers, as keras.io/examples/structured_data/structured_data_classification_from_scratch has them."""
    import keras
    from keras import layers

    columns = {
        "thal": np.array(["normal", "fixed", "reversible", "normal"] * 12),
        "age": np.array([30.0, 41.0, 52.0, 63.0] * 12),
        "sex": np.array([0, 1, 1, 0] * 12),
    }
    inputs = {
        "thal": keras.Input(shape=(1,), name="thal", dtype="string"),
        "age": keras.Input(shape=(1,), name="age"),
        "sex": keras.Input(shape=(1,), name="sex", dtype="int64"),
    }
    lookup = layers.StringLookup(output_mode="multi_hot")
    lookup.adapt(columns["thal"])
    numbers = layers.IntegerLookup(output_mode="one_hot")
    numbers.adapt(columns["sex"])
    normal = layers.Normalization()
    normal.adapt(columns["age"])
    hashed = layers.Hashing(4, output_mode="one_hot")
    encoded = [lookup(inputs["thal"]), numbers(inputs["sex"]), normal(inputs["age"]), hashed(inputs["thal"])]
    x = layers.Dense(16, activation="relu")(layers.concatenate(encoded))
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model, columns, np.array([0, 1, 0, 1] * 12)


def test_columns_of_texts_and_numbers(compat):
    import tensorflow as tf

    model, columns, labels = structured()
    data = tf.data.Dataset.from_tensor_slices((columns, labels)).batch(8)
    history = model.fit(data, epochs=60, verbose=0).history
    assert history["accuracy"][-1] == 1
    one = {"thal": np.array([["fixed"]]), "age": np.array([[41.0]]), "sex": np.array([[1]])}
    assert model.predict(one)[0, 0] > 0.5
    assert model.train_on_batch(columns, labels)[0] == pytest.approx(
        model.evaluate(columns, labels, verbose=0)[0], rel=0.2
    )


FORMS = {
    "keras": lambda model, path: through_file(model, path, "model.keras"),
    "hdf5": lambda model, path: through_file(model, path, "model.h5"),
    "json": lambda model, path: with_weights(model_from_json(model.to_json()), model),
    "yaml": lambda model, path: with_weights(model_from_yaml(model.to_yaml()), model),
}


def through_file(model, path, name):
    model.save(str(path / name))
    return load_model(str(path / name))


def with_weights(again, model):
    again.set_weights(model.get_weights())
    return again


@pytest.mark.parametrize("form", ["keras", "hdf5", "json", "yaml"])
def test_files_keep_the_vocabulary(form, tmp_path, compat):
    model, columns, labels = structured()
    model.fit(columns, labels, epochs=2, verbose=0)
    again = FORMS[form](model, tmp_path)
    np.testing.assert_allclose(again.predict(columns), model.predict(columns), atol=1e-6)
    if form in ("keras", "hdf5"):
        ours, theirs = (
            one.fit(columns, labels, epochs=2, shuffle=False, verbose=0).history["loss"] for one in (model, again)
        )
        np.testing.assert_allclose(ours, theirs, rtol=1e-4)


def test_a_large_vocabulary_fits_into_a_file(tmp_path, compat):
    import keras

    words = [f"word{number}" for number in range(20_000)]
    model = keras.Sequential(
        [keras.layers.TextVectorization(vocabulary=words, output_sequence_length=4), keras.layers.Embedding(20_002, 2)]
    )
    expected = model.predict(np.array(["word7 word19999 nothing"]))
    for name in ("model.h5", "model.keras"):
        again = through_file(model, tmp_path, name)
        np.testing.assert_array_equal(again.predict(np.array(["word7 word19999 nothing"])), expected)


def test_a_model_of_ones_own_trains_on_texts(compat):
    import tensorflow as tf

    texts, labels = reviews()
    words = tf.keras.layers.TextVectorization(max_tokens=40, output_mode="multi_hot")
    words.adapt(texts)

    class Classifier(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.words, self.dense = words, tf.keras.layers.Dense(1)

        def call(self, inputs):
            return self.dense(self.words(inputs))

    model = Classifier()
    model.compile(tf.keras.optimizers.Adam(0.1), tf.keras.losses.BinaryCrossentropy(from_logits=True), ["accuracy"])
    assert model.fit(texts, labels, epochs=20, verbose=0).history["accuracy"][-1] > 0.9
    # A loop of one's own.
    loss_of = tf.keras.losses.BinaryCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(0.01)
    losses = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = loss_of(labels[:, None].astype("float32"), model(tf.constant(texts), training=True))
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        losses.append(float(loss))
    assert losses[2] < losses[0]


def test_data_that_are_no_texts_are_refused(compat):
    model, columns, _ = structured()
    with pytest.raises(DataError, match=r"input 'thal'.*expected texts, found numbers"):
        model.predict({**columns, "thal": np.zeros(48)})
    missing = columns["thal"].astype(object)
    missing[3] = None
    with pytest.raises(DataError, match=r"texts everywhere, found None at place 3.*fillna"):
        model.predict({**columns, "thal": missing})
    with pytest.raises(DataError, match="dtype='string'"):
        model.predict({**columns, "age": columns["thal"]})


def test_an_empty_text_is_a_kind_unless_it_masks(tmp_path, compat):
    import keras

    kinds = keras.layers.StringLookup(output_mode="one_hot")
    kinds.adapt(np.array(["b", "", "b", "a"]))
    assert sorted(kinds.get_vocabulary()[1:]) == ["", "a", "b"]
    masked = keras.layers.StringLookup(mask_token="")
    masked.adapt(np.array(["b", "", "b", "a"]))
    assert masked.get_vocabulary() == ["", "[UNK]", "b", "a"]


def test_how_rare_words_are_goes_through_a_file_of_keras_3(tmp_path, compat):
    import keras

    from engine.models.keras3_files import Source
    from engine.models.keras3_paths import with_vocabularies

    words = keras.layers.TextVectorization(output_mode="tf_idf")
    words.adapt(np.array(["the cat", "the dog", "the bird sings"]))
    text = keras.Input((), dtype="string")
    model = keras.Model(text, keras.layers.Dense(2)(words(text)))
    asked = np.array(["the cat sings", "a cow"])
    again = through_file(model, tmp_path, "m.keras")
    np.testing.assert_allclose(again.predict(asked), model.predict(asked), rtol=1e-6)
    with pytest.raises(SettingError, match="tf_idf"):
        model.save(tmp_path / "m.h5", save_format="tf.keras")
    # Keras reads them under the layer and under the one inside; its own files have the vocabulary in a text beside.
    model.save_weights(tmp_path / "m.weights.h5")
    with Source(tmp_path / "m.weights.h5") as source:
        paths = [path for path in source.arrays() if path.endswith("idf_weights")]
        arrays = source.read(paths)
    assert sorted(paths) == [f"layers/text_vectorization/{at}vars/idf_weights" for at in ("_lookup_layer/", "")]
    theirs = {"config": {"layers": [{"class_name": "TextVectorization", "config": {"output_mode": "tf_idf"}}]}}
    beside = {
        "assets/layers/text_vectorization/_lookup_layer/vocabulary.txt": "\n".join(words.get_vocabulary()[1:]).encode()
    }
    (layer,) = with_vocabularies(theirs, beside, arrays)["config"]["layers"]
    np.testing.assert_allclose(layer["config"]["idf_weights"], words.rarities()[1:], rtol=1e-6)
    empty = {"assets/layers/text_vectorization/_lookup_layer/vocabulary.txt": b"a\n\nb\n"}
    (layer,) = with_vocabularies(theirs, empty)["config"]["layers"]
    assert layer["config"]["vocabulary"] == ["a", "", "b", ""]


def test_one_metric_needs_no_list_in_programs_for_later_keras(compat):
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=keras.metrics.AUC(name="auc"))
    assert "auc" in model.evaluate(np.ones((4, 2)), np.array([0, 1, 0, 1]), return_dict=True, verbose=0)
