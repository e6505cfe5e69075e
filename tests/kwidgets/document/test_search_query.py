"""What was typed into the search box, taken apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.document.catalogue import layer_groups
from kwidgets.document.document import Document
from kwidgets.document.search_query import asked, parsed, plain_text
from kwidgets.document.settings import starting_config

SHAPE = (None, 8, 8, 4)


@pytest.mark.parametrize(
    ("text", "words", "whole", "point", "more"),
    [
        ("conv 64 3", ["conv"], [64, 3], [], {}),
        ("Max Pool 3x3 stride 2", ["max", "pool"], [], [], {"size": [3, 3], "strides": [2]}),
        ("conv 3×3 strides 2x1", ["conv"], [], [], {"size": [3, 3], "strides": [2, 1]}),
        ("dropout 25%", ["dropout"], [], [0.25], {}),
        ("dropout .5", ["dropout"], [], [0.5], {}),
        ("dense 1e3, relu", ["dense"], [1000], [], {"named": {"activation": ("relu", "relu")}}),
        ("conv −5", ["conv"], [-5], [], {}),
        (
            "lstm seq same",
            ["lstm"],
            [],
            [],
            {"named": {"return_sequences": (True, "seq"), "padding": ("same", "same")}},
        ),
        ("linear", ["linear"], [], [], {}),
        ("conv strides", ["conv", "strides"], [], [], {}),
        ("conv 9e99", ["conv"], [], [], {"unread": ["9e99 (too large)"]}),
    ],
)
def test_words_numbers_and_sizes_are_told_apart(
    text: str, words: list[str], whole: list[int], point: list[float], more: dict[str, Any]
) -> None:
    query = parsed(text)
    assert (query.words, query.whole, query.point) == (words, whole, point)
    assert {"size": query.size, "strides": query.strides, "named": query.named, "unread": query.unread} == {
        "size": None,
        "strides": None,
        "named": {},
        "unread": [],
        **more,
    }


@pytest.mark.parametrize(
    ("class_name", "text", "settings"),
    [
        ("Conv2D", "conv 64 3", {"filters": 64, "kernel_size": [3, 3]}),
        ("Conv2D", "conv 3x5", {"kernel_size": [3, 5]}),
        ("Conv2D", "conv 64 3 1 strides 2", {"filters": 64, "kernel_size": [3, 3], "strides": [2, 2]}),
        ("Embedding", "embedding 1000 64", {"input_dim": 1000, "output_dim": 64}),
        ("Dropout", "dropout .25", {"rate": 0.25}),
        ("LSTM", "lstm 8 sequences", {"units": 8, "return_sequences": True}),
        ("Reshape", "reshape 4 4 16", {"target_shape": [4, 4, 16]}),
        ("Permute", "permute 2 1", {"dims": [2, 1]}),
    ],
)
def test_numbers_go_to_the_settings_that_people_mean(class_name: str, text: str, settings: dict[str, Any]) -> None:
    meant = asked(class_name, parsed(text), starting_config(class_name, SHAPE, None))
    assert {key: meant.settings[key] for key in settings} == settings


@given(
    st.text(max_size=40),
    st.sampled_from([entry["class_name"] for group in layer_groups() for entry in group["layers"]]),
)
def test_any_text_is_read_and_only_allowed_values_become_settings(text: str, class_name: str) -> None:
    starting = starting_config(class_name, SHAPE, None)
    meant = asked(class_name, parsed(text), starting)
    assert asked(class_name, parsed(text), {**starting, **meant.settings}).settings == meant.settings
    assert all(isinstance(reason, str) and reason for reason in meant.unused)


def test_spelling_does_not_matter() -> None:
    assert plain_text("Max-Pooling_2D") == plain_text("max pooling 2d") == "maxpooling2d"


@pytest.mark.parametrize(
    ("text", "class_name", "meant"),
    [
        ("lstm 64 dropout 0.2", "LSTM", {"units": 64, "dropout": 0.2}),
        ("gru 16 dropout 20% recurrent_dropout 0.1", "GRU", {"units": 16, "dropout": 0.2, "recurrent_dropout": 0.1}),
        ("conv1d 64 filters 3 kernel", "Conv1D", {"filters": 64, "kernel_size": [3]}),
        ("conv1d filters 64 kernel 5", "Conv1D", {"filters": 64, "kernel_size": [5]}),
        ("conv1d 32 5 causal", "Conv1D", {"filters": 32, "kernel_size": [5], "padding": "causal"}),
        ("multihead 4 16", "MultiHeadAttention", {"num_heads": 4, "key_dim": 16}),
        ("multi head attention 8 heads", "MultiHeadAttention", {"num_heads": 8}),
        ("dense 64 no bias", "Dense", {"units": 64, "use_bias": False}),
        ("leaky relu 0.2", "LeakyReLU", {"alpha": 0.2}),
        ("bn momentum 0.9", "BatchNormalization", {"momentum": 0.9}),
        ("conv2d 32 3 3", "Conv2D", {"filters": 32, "kernel_size": [3, 3]}),
        ("conv2d 32 3 2", "Conv2D", {"filters": 32, "kernel_size": [3, 3], "strides": [2, 2]}),
        ("upsample 2", "UpSampling2D", {"size": 2}),
    ],
)
def test_words_beside_a_number_say_which_setting_it_is(text: str, class_name: str, meant: dict[str, object]) -> None:
    document = Document()
    shape = [28, 28, 1] if class_name.endswith("2D") else [20, 8]
    document.do({"do": "add", "class_name": "InputLayer", "settings": {"shape": shape}})
    row = document.search(text=text, after=None, wire=None)["rows"][0]
    assert (row["class_name"], row["settings"], row["unused"]) == (class_name, meant, [])
