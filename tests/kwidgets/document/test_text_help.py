"""What may stand at a place of a text under way, and what its words mean, in YAML, JSON and Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.document import Document
from kwidgets.document.text_help import completions, meaning
from kwidgets.document.text_places import place_in


def offered(text: str, form: str) -> list[str]:
    """What is offered at the mark |."""
    return [offer["name"] for offer in completions(text.replace("|", ""), form, text.index("|"))["offers"]]


def written(text: str, form: str, name: str) -> str:
    """The text after an offer was taken."""
    at = text.index("|")
    plain = text.replace("|", "")
    answer = completions(plain, form, at)
    write = next(offer["write"] for offer in answer["offers"] if offer["name"] == name)
    return plain[: answer["start"]] + write + plain[at:]


YAML = (
    "class_name: Sequential\nconfig:\n  layers:\n    - class_name: Conv2D\n      config:\n        name: c\n        {}\n"
)
JSON = '{{"config": {{"layers": [{{"class_name": "Conv2D", "config": {{"name": "c", {}'
PLACES = [
    ("Conv2D(16, kernel_s|", "python", "kernel_size", "Conv2D(16, kernel_size="),
    ("model.add(\n    layers.Conv2D(\n        16,\n        pad|", "python", "padding",
     "model.add(\n    layers.Conv2D(\n        16,\n        padding="),
    ("Conv2D(16, padding='sa|", "python", "same", "Conv2D(16, padding='same"),
    ("Conv2D(16, padding=|", "python", "same", 'Conv2D(16, padding="same"'),
    ("Conv2D(16, use_bias=F|", "python", "False", "Conv2D(16, use_bias=False"),
    ("model.add(Dro|", "python", "Dropout", "model.add(Dropout("),
    ("Sequential([\n    Conv2D(8, (3, 3)),\n    Fla|", "python", "Flatten", "Sequential([\n    Conv2D(8, (3, 3)),\n    Flatten("),
    ("model.fit(x, y, epo|", "python", "epochs", "model.fit(x, y, epochs="),
    ("SGD(nest|", "python", "nesterov", "SGD(nesterov="),
    (YAML.format("pad|"), "yaml", "padding", YAML.format("padding: ")),
    (YAML.format("padding: sa|"), "yaml", "same", YAML.format("padding: same")),
    (YAML.format("use_bias: |"), "yaml", "true", YAML.format("use_bias: true")),
    ("training:\n  epo|", "yaml", "epochs", "training:\n  epochs: "),
    ("config:\n  layers:\n    - class_name: Dro|", "yaml", "Dropout", "config:\n  layers:\n    - class_name: Dropout"),
    (JSON.format('"padding": "sa|'), "json", "same", JSON.format('"padding": "same')),
    (JSON.format('"padd|'), "json", "padding", JSON.format('"padding')),
    (JSON.format("padd|"), "json", "padding", JSON.format('"padding": ')),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "name", "after"), PLACES)
def test_what_fits_is_offered_and_written(text: str, form: str, name: str, after: str) -> None:
    assert name in offered(text, form)
    assert written(text, form, name) == after


def test_settings_that_stand_there_already_are_not_offered_again() -> None:
    assert "padding" not in offered('Conv2D(16, padding="same", p|', "python")
    assert "name" not in offered(YAML.format("na|"), "yaml")


@pytest.mark.parametrize(
    ("text", "form"), [("# Conv2D(pad|", "python"), ("x = 'Conv2D(pad|", "python"), ("a: 1 # pad|", "yaml")]
)
def test_nothing_is_offered_in_comments_and_texts(text: str, form: str) -> None:
    assert offered(text, form) == []


def test_a_word_is_explained_by_the_declared_settings() -> None:
    text = "model.add(Convolution2D(16, 3, 3, border_mode='same'))"
    said = meaning(text, "python", text.index("border_mode") + 3)
    assert said is not None and said["title"].startswith("border_mode: ") and "Default: " in said["text"]
    named = meaning(text, "python", text.index("Convolution2D") + 1)
    assert named is not None and named["title"] == "Conv2D"
    assert meaning(text, "python", text.index("16")) is None
    made = Document()
    made.do({"do": "template", "name": "digits_cnn"})
    for form in ("yaml", "json", "python"):
        whole = str(made.text()[form])
        said = meaning(whole, form, whole.index("padding") + 2)
        assert said is not None and whole[said["start"] : said["end"]] == "padding"


@given(
    st.text(alphabet="ab(){}[]:,=.'\"\\#-\n D1", max_size=80),
    st.integers(0, 80),
    st.sampled_from(["yaml", "json", "python"]),
)
def test_any_text_has_a_place_or_none(text: str, at: int, form: str) -> None:
    at = min(at, len(text))
    place = place_in(text, form, at)
    assert place is None or 0 <= place.start <= at
    answer = completions(text, form, at)
    assert 0 <= answer["start"] <= at
    meaning(text, form, at)
