"""Names of layers with markup, quotes, code, controls of direction and the like: text everywhere, and never anything else."""

import ast
import contextlib
import io
import re
import xml.etree.ElementTree as ET

import nbformat
import pytest
from nbconvert import HTMLExporter

from engine.experiment import read_json, read_yaml
from engine.layers import Dense
from engine.models import Model, Sequential, load_model, model_from_json, model_from_yaml
from engine.utils.vis_utils import model_to_dot, plot_model
from kwidgets import Builder
from kwidgets.widgets import notebook

from .hostile.case import layer
from .hostile.names import HOSTILE_NAMES

SVG = "{http://www.w3.org/2000/svg}"
# What a picture of a graph consists of: nothing that runs, loads or leads away.
DRAWN = {
    "svg",
    "title",
    "desc",
    "style",
    "defs",
    "marker",
    "path",
    "g",
    "rect",
    "text",
    "tspan",
    "line",
    "circle",
    "clipPath",
    # What carries the model's text.
    "metadata",
    "{urn:engine:experiment}experiment",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What a builder of a model says that has all the names: its texts, its diagram, and what a notebook stores."""
    layers = [
        layer("Dense", None if number else (4,), units=number + 2, name=name)
        for number, name in enumerate(HOSTILE_NAMES)
    ]
    builder = Builder({"class_name": "Sequential", "config": {"name": HOSTILE_NAMES[0], "layers": layers}})
    path = tmp_path_factory.mktemp("names") / "m.svg"
    builder.save(path)
    texts, stored = builder.document.text(), _stored(builder.view)
    builder.close()
    return texts, path.read_text("utf-8"), stored


def _stored(view):
    """The outputs that a notebook stores of a view: a picture with words for it, and a sentence."""
    published = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notebook, "is_notebook", lambda: True)
        patch.setattr(notebook, "publish", lambda data, *_: published.append(data))
        view._repr_mimebundle_()
        view._still.bring()
    return published


@pytest.fixture(params=HOSTILE_NAMES, ids=[str(number) for number in range(len(HOSTILE_NAMES))])
def name(request):
    return request.param


def assert_inert(svg):
    """An SVG text holds shapes and words only."""
    for element in ET.fromstring(svg).iter():
        assert element.tag.removeprefix(SVG) in DRAWN
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith("on") and not attribute.endswith("href")
            assert "javascript:" not in value.lower() and not re.search(r"url\((?!#)", value)


def test_a_name_comes_back_from_every_file(name, tmp_path):
    model = Sequential([Dense(2, input_dim=4, name=name), Dense(1, name="last")])
    model.save(tmp_path / "m.h5")
    for read in (
        lambda: model_from_json(model.to_json()),
        lambda: model_from_yaml(model.to_yaml()),
        lambda: load_model(tmp_path / "m.h5"),
    ):
        assert read().layers[0].name == name
    again = Sequential([Dense(2, input_dim=4, name=name), Dense(1, name="last")])
    again.load_weights(tmp_path / "m.h5", by_name=True)
    assert (again.layers[0].get_weights()[0] == model.layers[0].get_weights()[0]).all()


def test_a_name_of_a_model_is_its_name(name):
    model = Sequential([Dense(2, input_dim=4)], name=name)
    assert model_from_yaml(model.to_yaml()).name == name == model_from_json(model.to_json()).name


def test_texts_of_a_builder_hold_the_names_and_read_back(shown):
    texts = shown[0]
    for written in (read_yaml(texts["yaml"]), read_json(texts["json"])):
        assert tuple(one["config"]["name"] for one in written["config"]["layers"]) == HOSTILE_NAMES


def test_python_code_is_right_and_says_the_names_as_texts(shown, tmp_path, monkeypatch):
    code = shown[0]["python"]
    tree = ast.parse(code)
    assert set(HOSTILE_NAMES) <= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert calls <= {
        "Sequential",
        "Dense",
        "Adam",
        "model.compile",
        "model.fit",
        "numpy.random.seed",
        "numpy.load",
        "train",
    }
    monkeypatch.chdir(tmp_path)
    made = {}
    exec(compile(code, "exported.py", "exec"), made)
    assert tuple(one.name for one in made["model"].layers) == HOSTILE_NAMES
    assert list(tmp_path.iterdir()) == []


def test_python_code_of_a_graph_is_right(name):
    layers = [
        {
            "class_name": "InputLayer",
            "name": name,
            "config": {"name": name, "batch_input_shape": [None, 4]},
            "inbound_nodes": [],
        },
        {
            "class_name": "Dense",
            "name": "y",
            "config": {"name": "y", "units": 2},
            "inbound_nodes": [[[name, 0, 0, {}]]],
        },
    ]
    ends = {"input_layers": [[name, 0, 0]], "output_layers": [["y", 0, 0]]}
    builder = Builder({"class_name": "Model", "config": {"name": name, "layers": layers, **ends}})
    code = builder.document.text()["python"]
    builder.close()
    made = {}
    exec(compile(code, "exported.py", "exec"), made)
    assert made["model"].input_names == [name]


def test_pictures_hold_shapes_and_words_only(shown):
    assert_inert(shown[1])
    assert "alert(1)" in shown[1]


def test_a_picture_of_any_kind_is_drawn(tmp_path):
    model = Sequential([Dense(2, input_dim=4, name=HOSTILE_NAMES[0])])
    for number, name in enumerate(HOSTILE_NAMES[1:]):
        if number < 12:
            model.add(Dense(2, name=name))
    for ending, beginning in {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<svg", "dot": b"digraph"}.items():
        plot_model(model, tmp_path / f"m.{ending}")
        assert (tmp_path / f"m.{ending}").read_bytes().startswith(beginning)
    assert_inert((tmp_path / "m.svg").read_text("utf-8"))


def test_a_saved_notebook_shows_the_names_as_text(shown):
    assert any("alert(1)" in data["text/plain"] for data in shown[2])
    outputs = [nbformat.v4.new_output("display_data", data) for data in shown[2]]
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("b", outputs=outputs)])
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(made)
    # The picture is an image, where no script runs; all else has no markup but that of our sentence.
    assert re.search(r'<img[^>]*src="data:image/png;base64,', page)
    assert "<!--" not in page and not re.search(r"<(script|svg|iframe|a)\b|on\w+=", page)


def test_dot_says_the_name_in_a_label(name):
    text = model_to_dot(Sequential([Dense(2, input_dim=4, name=name)]))
    # Behind each quoted text stands what DOT's grammar has there; a name that got out of its quotes would break it.
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "Q", str(text), flags=re.DOTALL)
    assert '"' not in bare and "<" not in bare.replace("<>", "")
    assert not re.search(r"\b(URL|href|image|shapefile|fontpath)\b", bare, re.IGNORECASE)


def test_a_summary_has_a_line_for_each_layer_and_no_controls(name):
    out = io.StringIO()
    model: Model = Sequential([Dense(2, input_dim=4, name=name), Dense(1, name="last")])
    with contextlib.redirect_stdout(out):
        model.summary()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", out.getvalue())
    rows = [line for line in out.getvalue().split("\n") if line.rstrip().endswith((" 10", " 3"))]
    assert len([row for row in rows if "params" not in row]) == 2


@pytest.mark.parametrize("letters", [250, 251, 256])
def test_the_input_before_a_layer_with_the_longest_name_is_named_in_every_form(letters):
    model = Sequential([Dense(2, input_dim=3, name="n" * letters), Dense(1)], name="m" * letters)

    builder = Builder(model)

    for text, read in ((builder.to_json(), read_json), (builder.to_yaml(), read_yaml)):
        opened = Builder(read(text))
        assert opened.model.to_json() == builder.model.to_json() == model.to_json()
        opened.close()
    made = {}
    exec(builder.to_python(), made)
    assert made["model"].to_json() == model.to_json()
    builder.close()
