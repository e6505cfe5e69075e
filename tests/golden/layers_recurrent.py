"""Recurrent layers in their main configurations."""

from cases import STEPS, Case

SIGMOID = {"recurrent_activation": "sigmoid"}
BEFORE = {"units": 3, "reset_after": False}
AFTER = {"units": 3, "reset_after": True}

LAYERS = [
    Case("simple_rnn", "SimpleRNN", {"units": 3}, STEPS),
    Case(
        "simple_rnn_sequences_backwards",
        "SimpleRNN",
        {"units": 3, "return_sequences": True, "go_backwards": True},
        STEPS,
    ),
    Case("simple_rnn_relu_without_bias", "SimpleRNN", {"units": 3, "activation": "relu", "use_bias": False}, STEPS),
    Case("gru_reset_before", "GRU", {**BEFORE, "recurrent_activation": "hard_sigmoid"}, STEPS),
    Case("gru_reset_before_sequences", "GRU", {**BEFORE, **SIGMOID, "return_sequences": True}, STEPS),
    Case("gru_reset_after", "GRU", {**AFTER, **SIGMOID}, STEPS),
    Case(
        "gru_reset_after_backwards", "GRU", {**AFTER, **SIGMOID, "return_sequences": True, "go_backwards": True}, STEPS
    ),
    Case("gru_without_bias", "GRU", {**AFTER, **SIGMOID, "use_bias": False}, STEPS),
    Case("lstm_without_bias", "LSTM", {"units": 3, **SIGMOID, "use_bias": False, "activation": "relu"}, STEPS),
]
