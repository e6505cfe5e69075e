"""A layer around another one is found by the names of both, and the settings are those of the one inside."""

import pytest

from kwidgets.document.document import Document
from kwidgets.document.search_query import parsed
from kwidgets.document.search_wrapped import asked_inside, wraps


def found(text: str, shape: list[int]) -> tuple[dict, Document]:
    document = Document()
    document.do({"do": "add", "class_name": "InputLayer", "settings": {"shape": shape}})
    return document.search(text=text, after=None, wire=None)["rows"][0], document


@pytest.mark.parametrize(
    ("text", "title", "inside", "settings", "shape"),
    [
        ("bidirectional lstm 64", "Bidirectional", "LSTM", {"units": 64}, [None, 128]),
        ("Bidirectional GRU 64", "Bidirectional", "GRU", {"units": 64}, [None, 128]),
        ("lstm 7 bidirectional", "Bidirectional", "LSTM", {"units": 7}, [None, 14]),
        ("bilstm 12 seq", "Bidirectional", "LSTM", {"units": 12, "return_sequences": True}, [None, 20, 24]),
        ("time distributed dense 10 relu", "TimeDistributed", "Dense", {"units": 10}, [None, 20, 10]),
        ("dense 4 timedistributed", "TimeDistributed", "Dense", {"units": 4}, [None, 20, 4]),
        ("spectral normalization conv1d 8 3", "SpectralNormalization", "Conv1D", {"filters": 8}, [None, 18, 8]),
        ("rnn gru 9", "RNN", "GRUCell", {"units": 9}, [None, 9]),
        ("bidirectional 5", "Bidirectional", "LSTM", {"units": 5}, [None, 10]),
    ],
)
def test_both_are_named_and_the_numbers_go_inside(text, title, inside, settings, shape) -> None:
    row, document = found(text, [20, 8])
    assert (row["title"], row["unused"], row["shape"]) == (title, [], shape)
    document.do(row["command"])
    (held,) = [
        config
        for key, config in document.draft.layers[document.draft.leaves()[0][:-2]].config.items()
        if key in ("layer", "cell")
    ]
    assert held["class_name"] == inside
    assert {key: held["config"][key] for key in settings} == settings
    assert document.shape_of(document.draft.leaves()[0]) == tuple(shape)


def test_what_the_layer_inside_cannot_have_is_said() -> None:
    row, _ = found("bidirectional gru 64 same 7", [20, 8])
    assert row["unused"] == ["same", "7"]


@pytest.mark.parametrize(
    "text", ["dense 64 relu", "bidirectional", "max pool", "bidirectional foo", "", "bidirectional time distributed"]
)
def test_other_words_are_no_pair(text: str) -> None:
    assert wraps(parsed(text).words) is None


def test_a_class_that_holds_none_is_left_to_others() -> None:
    assert asked_inside("Dense", parsed("dense 3"), {"units": 3}) is None
