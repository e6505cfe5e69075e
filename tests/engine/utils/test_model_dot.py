"""`model_to_dot` gives what people do with pydot's and graphviz's graphs, with and without Graphviz's programs."""

from __future__ import annotations

import copy
import pickle
import stat

import pytest
from IPython.display import SVG

from engine._drawing.dot_graph import DotEdge, DotNode
from engine.errors import SettingError
from engine.layers import Dense, Input, concatenate
from engine.models import Model, Sequential
from engine.utils import model_to_dot, plot_model
from engine.utils.model_dot import ModelDot

BEGINNINGS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "dot": b"digraph"}


@pytest.fixture
def dot(monkeypatch, tmp_path) -> ModelDot:
    monkeypatch.setenv("PATH", str(tmp_path))
    return model_to_dot(Sequential([Dense(2, input_shape=(3,), name="first")], name="small"), show_shapes=True)


@pytest.mark.parametrize("form", BEGINNINGS)
def test_a_picture_is_made_by_every_method_without_graphviz(dot, tmp_path, form):
    assert dot.create(prog="dot", format=form).startswith(BEGINNINGS[form])
    assert dot.create(["dot", "-Gdpi=65"], form.upper()).startswith(BEGINNINGS[form])
    assert getattr(dot, f"create_{form}")().startswith(BEGINNINGS[form])
    assert dot.pipe(format=form).startswith(BEGINNINGS[form])
    assert getattr(dot, f"write_{form}")(tmp_path / "by_name") is True
    assert dot.write(str(tmp_path / "by_format"), prog="dot", format=form)
    assert dot.write(str(tmp_path / f"by_ending.{form}").encode())
    for name in ("by_name", "by_format", f"by_ending.{form}"):
        assert (tmp_path / name).read_bytes().startswith(BEGINNINGS[form])


@pytest.mark.parametrize("form", [*BEGINNINGS, "jpeg"])
def test_plot_model_writes_the_same_pictures(tmp_path, form):
    model = Sequential([Dense(2, input_shape=(3,))])
    for name in (f"model.{form}", f"model.{form.upper()}"):
        plot_model(model, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith({**BEGINNINGS, "jpeg": BEGINNINGS["jpg"]}[form])
    with pytest.raises(SettingError, match=r"\.jpg or \.dot, found '.*model\.tif'"):
        plot_model(model, tmp_path / "model.tif")


def test_a_notebook_shows_it_alone_and_through_svg(dot):
    assert SVG(dot.create(prog="dot", format="svg")).data.startswith("<svg")
    assert "first" in dot._repr_svg_()


def test_it_is_still_the_dot_text(dot, tmp_path):
    assert dot == dot.source == dot.to_string() and dot.splitlines()[0] == "digraph model {"
    assert dot.write_raw(tmp_path / "m") and dot.write(tmp_path / "n")
    assert (tmp_path / "m").read_text() == (tmp_path / "n").read_text() == dot.source


def test_render_writes_the_text_and_the_picture(dot, tmp_path):
    picture = dot.render("net", tmp_path / "new", format="png")
    assert picture == str(tmp_path / "new" / "net.png")
    assert (tmp_path / "new" / "net").read_text() == dot
    dot.render("net", tmp_path / "new", format="svg", cleanup=True)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["net.png", "net.svg"]


def test_copies_keep_the_drawing(dot):
    for copied in (copy.deepcopy(dot), pickle.loads(pickle.dumps(dot))):
        assert copied == dot and copied.create_svg() == dot.create_svg()


def test_other_formats_and_programs_are_refused_in_words(dot):
    with pytest.raises(SettingError, match=r"expected one of svg, png.*found 'gif'.*Graphviz's programs"):
        dot.create(format="gif")
    with pytest.raises(SettingError, match=r"prog: expected one of Graphviz's programs: circo, dot.*found 'paint'"):
        dot.create(prog="paint")


def test_graphviz_draws_where_it_is_installed(dot, tmp_path):
    program = tmp_path / "dot"
    program.write_text('#!/bin/sh\necho "drawn by neato: $*"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    assert dot.create(prog="/usr/bin/neato", format="gif") == b"drawn by neato: -Kneato -Tgif\n"


def test_branches_are_edges_of_the_text():
    x = Input((3,), name="x")
    model = Model(x, concatenate([Dense(1, name="a")(x), Dense(1, name="b")(x)], name="both"))
    text = model_to_dot(model, rankdir="LR")
    assert "rankdir=LR" in text and text.count("->") == 4


def test_nodes_and_edges_are_looked_at_as_pydots(dot):
    assert [node.get_name() for node in dot.get_nodes()] == ["n0", "n1"] and len(dot.get_node_list()) == 2
    (edge,) = dot.get_edges()
    assert (edge.get_source(), edge.get_destination()) == ("n0", "n1") and dot.get_edge_list() == [edge]
    (node,) = dot.get_node("n1")
    assert node.get_label() == node.get("label") == "Dense\\nfirst\\nin: (None, 3)\\nout: (None, 2)"
    assert dot.get_node('"n1"') == [node] and dot.get_node("n9") == [] and node.get_fillcolor() is None
    assert dot.get_edge("n0", node) == [edge] and dot.get_edge(node, "n0") == []
    assert dot.obj_dict["nodes"]["n1"][0]["attributes"] is node.get_attributes()
    assert list(dot.obj_dict["edges"]) == [("n0", "n1")] and dot.get_rankdir() == "TB"
    assert (dot.get_name(), dot.get_type(), str(edge)) == ("model", "digraph", "n0 -> n1;")


def test_a_changed_graph_is_written_and_drawn_as_it_is_now(dot):
    before = dot.create_svg()
    dot.get_node("n1")[0].set_fillcolor("red")
    dot.get_nodes()[0].set("style", "filled")
    dot.get_nodes()[0].set_label("the input: a\\b")
    dot.set_rankdir("LR")
    dot.obj_dict["attributes"]["dpi"] = 65
    dot.set_node_defaults(fontname="Arial")
    dot.add_node(DotNode("new", label="a loss"))
    dot.add_edge(DotEdge("n1", "new", color="blue"))
    dot.node("other", "two words", shape="oval")
    dot.edge("new", "other", "so")
    assert str(dot).split("\n") == [
        "digraph model {",
        "    graph [dpi=65 rankdir=LR]",
        "    node [fontname=Arial shape=box]",
        '    n0 [label="the input: a\\b" style=filled]',
        '    n1 [label="Dense\\nfirst\\nin: (None, 3)\\nout: (None, 2)" fillcolor=red]',
        '    new [label="a loss"]',
        '    other [label="two words" shape=oval]',
        "    n0 -> n1",
        "    n1 -> new [color=blue]",
        "    new -> other [label=so]",
        "}",
        "",
    ]
    drawn = dot.create_svg()
    assert drawn != before and all(text in drawn for text in (b"the input: a", b"a loss", b"two words", b"first"))
    assert b"<metadata" not in drawn  # which would say that it is the model still
    assert copy.deepcopy(dot) == dot and dot.create_png().startswith(b"\x89PNG")
    assert dot.del_edge("n1", "new") and dot.del_node("new") and not dot.del_node("new")
    assert "new" not in [node.get_name() for node in dot.get_nodes()] and "a loss" not in dot


def test_nodes_of_pydot_itself_are_taken(dot):
    class Foreign:
        def get_name(self):
            return '"a b"'

        def get_source(self):
            return "n1"

        def get_destination(self):
            return '"a b"'

        def get_attributes(self):
            return {"label": "mine"}

    dot.add_node(Foreign())
    dot.add_edge(Foreign())
    assert '"a b" [label=mine]' in dot and 'n1 -> "a b" [label=mine]' in dot


def test_a_method_that_there_is_not_is_no_attribute(dot):
    for wrong in ("set_nodes", "get_nonsense", "add_subgraph", "__len__"):
        with pytest.raises(AttributeError, match=wrong):
            getattr(dot, wrong)
