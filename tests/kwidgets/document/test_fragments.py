"""Copied layers as text: the wires among them come along, names stay free, and bad texts are refused."""

from __future__ import annotations

import pytest
import yaml

from kwidgets.document import Refused
from kwidgets.document.draft import Draft, Part
from kwidgets.document.fragments import MARK, called, cut_out, fragment_text, fresh_name, put_in, read_fragment

from .documents import siamese, template, tower


@pytest.mark.parametrize("name", ["digits_cnn", "residual", "siamese"])
def test_a_whole_model_copied_and_read_again_has_the_same_layers_and_wires(name: str) -> None:
    draft = template(name).draft
    again = read_fragment(fragment_text(draft, list(draft.nodes())))
    assert {key: (part.class_name, part.calls) for key, part in again.layers.items()} == {
        key: (part.class_name, part.calls) for key, part in draft.layers.items()
    }


def test_wires_to_layers_that_were_not_copied_are_left_behind() -> None:
    draft = template("digits_cnn").draft
    part = cut_out(draft, ["conv2d_2@0", "max_pooling2d_1@0"])
    assert part.sources("conv2d_2@0") == () and [s.layer for s in part.sources("max_pooling2d_1@0")] == ["conv2d_2"]
    assert (part.outputs, part.layout, part.notes) == ([], {}, [])
    assert draft == template("digits_cnn").draft


def test_layers_put_into_a_graph_get_free_names_and_keep_their_wires() -> None:
    draft = template("digits_cnn").draft.copy()
    before = len(draft.layers)
    nodes = put_in(draft, cut_out(draft, ["conv2d_1@0", "conv2d_2@0"]))
    assert nodes == ["conv2d_3@0", "conv2d_4@0"]
    assert [source.layer for source in draft.sources("conv2d_4@0")] == ["conv2d_3"]
    assert len(draft.layers) == before + 2


@pytest.mark.parametrize(("name", "expected"), [("a", "a"), ("dense_1", "dense_3"), ("dense", "dense_1")])
def test_a_taken_name_gets_the_next_free_number(name: str, expected: str) -> None:
    draft = Draft(layers={key: Part("Dense", {}) for key in ("dense_1", "dense_2")})
    if name == "dense":
        draft.layers = {"dense": Part("Dense", {})}
    assert fresh_name(draft, name) == expected


def test_a_whole_model_pasted_as_layers_is_read_too() -> None:
    made = template("digits_cnn")
    assert list(read_fragment(made.text()["yaml"]).layers) == list(made.draft.layers)
    assert list(read_fragment(made.text()["json"]).layers) == list(made.draft.layers)


def test_a_block_is_called_as_wanted_and_other_fragments_stay_as_they_are() -> None:
    draft = tower().draft
    block = fragment_text(draft, ["tower@0"])
    assert list(read_fragment(called(block, "my net!")).layers) == ["my_net"]
    assert list(read_fragment(called(block, "!!")).layers) == ["tower"]
    plain = fragment_text(siamese().draft, ["joined@0"])
    assert called(plain, "other") == plain


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"layers": []}, "no layers"),
        ({"kwidgets": "other", "layers": []}, "fragment"),
        ({"kwidgets": MARK, "layers": []}, "layers"),
        ({"kwidgets": MARK, "layers": {"a": 1}}, "layers"),
        ({"kwidgets": MARK, "layers": [{"class_name": "Dense"}], "extra": 1}, "extra"),
        ({"kwidgets": MARK, "layers": [{"class_name": "Danse", "config": {}}]}, "Danse"),
    ],
)
def test_a_text_without_layers_is_refused_with_its_line(document: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        read_fragment(yaml.safe_dump(document, sort_keys=False))
    assert refused.value.line is not None
