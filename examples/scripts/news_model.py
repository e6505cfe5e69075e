"""Two inputs, two outputs: how often a headline is shared, from its words and from when it appeared.

    python examples/scripts/news_model.py

The model is the one of the Keras guide to the functional API; the headlines are generated, so nothing is downloaded.
"""

import numpy as np

import engine
from engine.layers import LSTM, Dense, Embedding, Input
from engine.models import Model


def generate(samples, words=1000, length=20, seed=0):
    """Headlines as word numbers, five facts about each, and whether it was shared: words below 100 make it likely."""
    rng = np.random.default_rng(seed)
    headlines = rng.integers(1, words, (samples, length))
    facts = rng.normal(size=(samples, 5)).astype("float32")
    score = (headlines < 100).sum(1) - length / 10 + facts[:, 0]
    return headlines, facts, (score > 0).astype("float32")[:, None]


np.random.seed(1337)
main_input = Input(shape=(20,), dtype="int32", name="main_input")
x = Embedding(output_dim=32, input_dim=1000, input_length=20)(main_input)
lstm_out = LSTM(32)(x)
auxiliary_output = Dense(1, activation="sigmoid", name="aux_output")(lstm_out)

auxiliary_input = Input(shape=(5,), name="aux_input")
x = engine.layers.concatenate([lstm_out, auxiliary_input])
x = Dense(64, activation="relu")(x)
x = Dense(64, activation="relu")(x)
x = Dense(64, activation="relu")(x)
main_output = Dense(1, activation="sigmoid", name="main_output")(x)

model = Model(inputs=[main_input, auxiliary_input], outputs=[main_output, auxiliary_output])
model.compile(
    optimizer="rmsprop",
    loss={"main_output": "binary_crossentropy", "aux_output": "binary_crossentropy"},
    loss_weights={"main_output": 1.0, "aux_output": 0.2},
    metrics=["accuracy"],
)

headlines, facts, shared = generate(2000)
model.fit(
    {"main_input": headlines, "aux_input": facts},
    {"main_output": shared, "aux_output": shared},
    epochs=8,
    batch_size=32,
    validation_split=0.2,
    verbose=2,
)
values = model.evaluate([headlines, facts], [shared, shared], verbose=0)
for name, value in zip(model.metrics_names, values, strict=True):
    print(f"{name}: {value:.4f}")
