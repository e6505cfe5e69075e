"""`model_to_dot` gives what people do with pydot's and graphviz's graphs, with and without Graphviz's programs."""

from __future__ import annotations

import copy
import pickle
import stat

import pytest
from IPython.display import SVG

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
