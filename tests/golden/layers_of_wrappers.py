"""Layers around layers."""

from cases import HARD, STEPS, Case


def inner(name, **settings):
    """The config of a layer inside."""
    return {"class_name": name, "config": settings}


LSTM = inner("LSTM", units=3, return_sequences=True, **HARD)

LAYERS = [
    Case("time_distributed_dense", "TimeDistributed", {"layer": inner("Dense", units=3, activation="tanh")}, STEPS),
    Case(
        "time_distributed_convolution",
        "TimeDistributed",
        {"layer": inner("Conv2D", filters=2, kernel_size=2)},
        ((3, 5, 4, 2),),
    ),
    Case(
        "time_distributed_lstm",
        "TimeDistributed",
        {"layer": inner("LSTM", units=3, **HARD)},
        ((2, 4, 3),),
    ),
    Case("bidirectional_concat", "Bidirectional", {"layer": LSTM}, STEPS),
    Case("bidirectional_sum", "Bidirectional", {"layer": LSTM, "merge_mode": "sum"}, STEPS),
    Case("bidirectional_ave", "Bidirectional", {"layer": LSTM, "merge_mode": "ave"}, STEPS),
    Case("bidirectional_mul_last", "Bidirectional", {"layer": inner("SimpleRNN", units=3), "merge_mode": "mul"}, STEPS),
    Case(
        "bidirectional_gru",
        "Bidirectional",
        {"layer": inner("GRU", units=3, reset_after=True, recurrent_activation="sigmoid")},
        STEPS,
    ),
]
