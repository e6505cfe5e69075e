"""Cells under RNN, stacks of them, and recurrent layers over images."""

from cases import STEPS, Case

IMAGES = ((4, 6, 5, 2),)
WINDOW = {"filters": 3, "kernel_size": (2, 3)}


def cell(name, **settings):
    """The config of a cell."""
    return {"class_name": name, "config": settings}


SIMPLE = cell("SimpleRNNCell", units=3, activation="relu")
LSTM = cell("LSTMCell", units=4, recurrent_activation="hard_sigmoid", use_bias=False)
BEFORE = cell("GRUCell", units=3, recurrent_activation="hard_sigmoid", reset_after=False)
AFTER = cell("GRUCell", units=2, recurrent_activation="sigmoid", reset_after=True)

LAYERS = [
    Case("rnn_of_simple_cell", "RNN", {"cell": SIMPLE, "return_sequences": True}, STEPS),
    Case("rnn_of_lstm_cell", "RNN", {"cell": LSTM, "go_backwards": True, "return_sequences": True}, STEPS),
    Case("rnn_of_gru_cell_reset_before", "RNN", {"cell": BEFORE}, STEPS),
    Case("rnn_of_gru_cell_reset_after", "RNN", {"cell": AFTER, "return_sequences": True}, STEPS),
    Case("rnn_of_stacked_cells", "RNN", {"cell": cell("StackedRNNCells", cells=[LSTM, BEFORE, SIMPLE])}, STEPS),
    Case("conv_lstm", "ConvLSTM2D", WINDOW, IMAGES),
    Case(
        "conv_lstm_sequences_backwards",
        "ConvLSTM2D",
        {
            **WINDOW,
            "return_sequences": True,
            "go_backwards": True,
            "padding": "same",
            "strides": 2,
            "activation": "relu",
        },
        IMAGES,
    ),
    Case("conv_lstm_dilated", "ConvLSTM2D", {**WINDOW, "dilation_rate": 2, "recurrent_activation": "sigmoid"}, IMAGES),
    Case("conv_lstm_without_bias", "ConvLSTM2D", {**WINDOW, "use_bias": False, "return_sequences": True}, IMAGES),
]
