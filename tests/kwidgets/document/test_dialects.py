"""Programs in four dialects: read again they are the same graph, they are formatted, and what a dialect lacks is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.experiment import build_model
from kwidgets import Builder
from kwidgets.document import Document, Refused, forms
from kwidgets.document.dialects import DIALECTS, dialect_named
from kwidgets.document.python_code import written_program
from kwidgets.document.templates import TEMPLATES
from kwidgets.messages import Dialect

from .test_python_code import program
from .test_reading_code import drawn, model_and_settings, pasted


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "engine"])
def test_a_random_model_is_read_again_from_each_dialect(dialect: Dialect, seed: int) -> None:
    made = drawn(seed)
    again = pasted(written_program(made.experiment(), dialect).text)
    assert model_and_settings(again) == model_and_settings(made)
    assert again.draft.notes == []


def test_programs_are_as_ruff_formats_them(tmp_path: Path) -> None:
    documents = [drawn(seed) for seed in range(8)]
    for name in [name for name in TEMPLATES if TEMPLATES[name].size is None]:
        documents.append(Document())
        documents[-1].do({"do": "template", "name": name})
    for number, made in enumerate(documents):
        for dialect in DIALECTS:
            text = written_program(made.experiment(), dialect).text
            (tmp_path / f"{number}_{dialect.replace('.', '_')}.py").write_text(text, "utf-8")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--no-cache", "--diff", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:2000] + done.stderr[:500]


@pytest.mark.parametrize("name", ["digits_cnn", "siamese", "text_lstm", "unet"])
def test_the_engines_program_predicts_as_the_model_on_the_canvas(name: str) -> None:
    made = Document()
    made.do({"do": "template", "name": name})
    ours = build_model(dict(made.experiment()))
    theirs: Any = program(made.text()["python"])["model"]
    theirs.set_weights(ours.get_weights())
    random = np.random.default_rng(0)
    x = [
        random.integers(0, 2, (2, *(size or 4 for size in tensor.shape[1:]))).astype("float32")
        for tensor in ours.inputs
    ]
    given = x if len(x) > 1 else x[0]
    assert np.array_equal(ours.predict(given), theirs.predict(given))


LACKING = [
    ({"class_name": "ThresholdedReLU", "config": {"theta": 0.5}}, "keras3", "Keras 3 has no ThresholdedReLU"),
    ({"class_name": "CuDNNLSTM", "config": {"units": 3}}, "tf.keras", "tf.keras has no CuDNNLSTM"),
    ({"class_name": "ScaledAdd", "config": {}}, "keras2", "Keras 2 has no ScaledAdd"),
]


@pytest.mark.parametrize(("layer", "dialect", "said"), LACKING)
def test_a_layer_that_a_dialect_lacks_is_said_and_not_imported(
    layer: dict[str, Any], dialect: Dialect, said: str
) -> None:
    first = {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [None, 4, 6]}}
    entry = {**layer, "config": {**layer["config"], "name": "odd"}}
    experiment: Any = {"class_name": "Sequential", "config": {"name": "m", "layers": [first, entry]}}
    written = written_program(experiment, dialect)
    assert written.lacks[0].startswith(said) and written.text.startswith(f"# {said}")
    assert f"    {layer['class_name']}," not in written.text and f"import {layer['class_name']}" not in written.text
    assert written_program(experiment).lacks == []


def test_what_later_keras_calls_otherwise_is_written_so_and_read_back() -> None:
    made = Document()
    made.do({"do": "template", "name": "text_lstm"})
    made.do({"do": "set_training", "optimizer": {"class_name": "SGD", "config": {"lr": 0.05, "decay": 0.001}}})
    made.do({"do": "set_training", "loss": "kullback_leibler_divergence"})
    text = written_program(made.experiment(), "keras3").text
    assert "InverseTimeDecay(0.05, decay_steps=1, decay_rate=0.001)" in text
    assert 'loss="kl_divergence"' in text and "recurrent_activation=keras2_hard_sigmoid" in text
    assert "@register_keras_serializable()\ndef keras2_hard_sigmoid(x):" in text
    assert model_and_settings(pasted(text)) == model_and_settings(made)


def test_a_metric_with_another_sign_is_left_out_and_said() -> None:
    made = Document()
    made.do({"do": "template", "name": "linear_regression"})
    made.do({"do": "set_training", "metrics": ["cosine_proximity", "mae"]})
    written = written_program(made.experiment(), "tf.keras")
    assert written.lacks == ["tf.keras has no cosine_proximity; it is left out."]
    assert "metrics=[" in written.text and "cosine" not in written.text.partition("import")[2]


def test_a_builder_gives_each_dialect() -> None:
    builder = Builder(template="digits_cnn")
    assert "from tensorflow.keras.layers import" in builder.to_python("tf.keras")
    assert builder.to_python() == builder.to_python("engine")


def test_a_dialect_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"There are: engine, keras2, tf\.keras, keras3"):
        dialect_named("torch")
    assert dialect_named(None) is None


ATTENTION = """
from tensorflow import keras
x = keras.Input((16, 8))
mask = keras.Input((16, 16))
y = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x, use_causal_mask=True)
y = keras.layers.MultiHeadAttention(2, 4)(y, x, attention_mask=mask)
z, scores = keras.layers.MultiHeadAttention(2, 4)(y, value=x, key=y, return_attention_scores=True)
model = keras.Model([x, mask], z)
"""


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "keras2"])
def test_attention_is_called_as_people_call_it(dialect: Dialect) -> None:
    made = pasted(ATTENTION)
    text = written_program(made.experiment(), dialect).text
    line = " ".join(text.split()).replace("( ", "(").replace(", )", ")")
    assert ("use_causal_mask=True)" if dialect != "engine" else "causal=True") in line
    assert "(multi_head_attention_1, input_1, attention_mask=input_2)" in line
    assert "input_1, key=multi_head_attention_2, return_attention_scores=True)" in line
    assert "outputs=multi_head_attention_3[0]" in line
    assert model_and_settings(pasted(text)) == model_and_settings(made)


def test_one_wire_into_attention_is_written_as_query_and_value() -> None:
    made = pasted("model = Sequential([Dense(8, input_shape=(16, 8))])")
    made.do({"do": "add", "class_name": "MultiHeadAttention"})
    made.do({"do": "connect", "source": "dense_1@0", "target": "multi_head_attention_1@0"})
    made.do({"do": "set", "layers": ["multi_head_attention_1"], "field": "num_heads", "value": 2})
    made.do({"do": "set", "layers": ["multi_head_attention_1"], "field": "key_dim", "value": 4})
    assert made.experiment()["class_name"] == "Model"
    assert "(dense_1, dense_1)" in made.text()["python"]
    assert build_model(dict(made.experiment())).output_shape == (None, 16, 8)


SCHEDULED = """
from tensorflow import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
rate = keras.optimizers.schedules.CosineDecay(0.1, 100, warmup_target=0.2, warmup_steps=10)
model.compile(keras.optimizers.AdamW(learning_rate=rate, weight_decay=0.01, global_clipnorm=1.0), "mse")
"""


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "keras2"])
def test_a_rate_that_follows_a_schedule_is_read_and_written(dialect: Dialect) -> None:
    made = pasted(SCHEDULED)
    assert made.draft.notes == []
    text = written_program(made.experiment(), dialect).text
    package = {"engine": "engine", "tf.keras": "tensorflow.keras", "keras3": "keras"}[dialect]
    assert f"from {package}.optimizers.schedules import CosineDecay" in text
    assert model_and_settings(pasted(text)) == model_and_settings(made)


def test_keras_2_lacks_optimizers_and_schedules_that_came_later() -> None:
    written = written_program(pasted(SCHEDULED).experiment(), "keras2")
    assert any("no AdamW" in one for one in written.lacks) and any("no CosineDecay" in one for one in written.lacks)
    assert "import AdamW" not in written.text and "import CosineDecay" not in written.text


def test_a_document_with_a_schedule_trains_and_is_kept() -> None:
    made = pasted(SCHEDULED)
    model = build_model(dict(made.experiment()))
    model.fit(np.ones((8, 4)), np.ones((8, 3)), verbose=0)
    assert 0.1 < float(model.optimizer.learning_rate) < 0.2
    assert forms.training(made.draft)["learning_rate"] is None
    assert pasted(made.text()["yaml"], "yaml").experiment()["training"] == made.experiment()["training"]
