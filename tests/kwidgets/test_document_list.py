"""`kwidgets.documents()`: what a person stored, found, opened, deleted and brought back from code."""

import datetime
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kwidgets
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.document import Refused
from kwidgets.document.identity import identity_of
from kwidgets.workspace.documents import DocumentStore
from kwidgets.workspace.owners import Owner, me

from .wire import LONG, until

pytestmark = pytest.mark.usefixtures("small_bundle")


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path / "home"))


def stored(name, *templates):
    builder = Builder(name=name)
    for template in templates:
        builder.document.do({"do": "template", "name": template})
    builder.close()
    return builder


def test_documents_are_found_by_number_and_by_name():
    assert len(kwidgets.documents()) == 0 and repr(kwidgets.documents()) == "No documents yet."
    stored("first", "residual")
    stored("second/<b>", "digits_cnn")
    documents = kwidgets.documents()
    assert [one.name for one in documents] == ["second/<b>", "first"] == [documents[0].name, documents[-1].name]
    assert [one.name for one in documents[1:]] == ["first"]
    assert documents["first"].layers == 11 and documents["first"].size > 1000
    assert abs(documents["first"].changed - datetime.datetime.now()) < datetime.timedelta(minutes=5)
    assert "second/<b>" in repr(documents) and "11 layers" in repr(documents["first"])
    table = documents._repr_html_()
    assert "second/&lt;b&gt;" in table and "<b>" not in table
    with pytest.raises(Refused, match=r"There are: 'second/<b>', 'first'"):
        documents["third"]


def test_a_document_opens_as_a_builder_and_gives_its_experiment():
    builder = stored("digits", "residual")
    assert kwidgets.documents()["digits"].experiment == builder.experiment
    assert kwidgets.documents()["digits"].to_yaml() == builder.to_yaml()
    again = kwidgets.documents()["digits"].open()
    assert again.document.draft == builder.document.draft and again.name == "digits"
    again.close()


def test_a_document_of_the_first_form_opens_with_its_undo_list(tmp_path):
    earlier = Path(__file__).parent / "workspace" / "earlier" / "documents_1"
    shutil.copytree(earlier, tmp_path / "home" / "documents")
    document = kwidgets.documents()["digits"]
    assert document.layers == 5 and document.experiment["training"]["epochs"] == 7
    builder = document.open()
    assert list(builder.document.draft.layers)[:2] == ["input_1", "wide"]
    known = identity_of(builder.document.draft)
    assert dict(known.layers) == {name: name for name in builder.document.draft.layers}
    builder.document.do({"do": "rename", "layer": "wide", "name": "flat"})
    builder.close()
    again = kwidgets.documents()["digits"].open()
    assert identity_of(again.document.draft).layers["flat"] == "wide"
    for _ in range(3):
        again.document.undo()
    assert again.document.state().head["undo"] is None and "flatten_1" in again.document.draft.layers
    again.close()


def test_a_version_opens_as_a_copy():
    builder = stored("digits", "residual")
    stored("digits", "digits_cnn")
    [version] = kwidgets.documents()["digits"].versions
    assert version.name == "digits" and version.layers == 11 and version.saved <= datetime.datetime.now()
    assert "residual" in repr(version).lower() and version.label in repr(version)
    copy = version.open()
    assert copy.name == "digits (copy)" and copy.document.draft == builder.document.draft
    copy.close()
    assert kwidgets.documents()["digits"].layers == 8


def test_what_was_deleted_comes_back():
    stored("digits", "residual")
    document = kwidgets.documents()["digits"]
    document.delete()
    assert list(kwidgets.documents()) == []
    for asked in (document.open, document.delete):
        with pytest.raises(Refused, match="was deleted"):
            asked()
    [deleted] = kwidgets.documents(deleted=True)
    deleted.restore()
    assert [one.name for one in kwidgets.documents()] == ["digits"]
    deleted.restore()
    again = kwidgets.documents()["digits"].open()
    assert len(again.document.draft.layers) == 11
    with pytest.raises(Refused, match="open in another kernel"):
        kwidgets.documents()["digits"].delete()
    again.close()


@pytest.mark.parametrize("name", ["Digits", "a/b/../../etc", "..", "CON", "x" * 300, "Ä \u2028ö", "digits."])
def test_a_document_takes_any_name_with_its_versions_and_comes_back_under_it(name):
    stored("digits", "residual")
    builder = stored("digits", "digits_cnn")
    document = kwidgets.documents()["digits"]
    document.rename(f"  {name} ")
    assert document.name == name and len(document.versions) == 1
    [listed] = kwidgets.documents()
    assert listed.name == name and listed.versions[0].name == name and listed.layers == 8
    again = listed.open()
    assert again.document.draft == builder.document.draft and again.document.state().head["undo"] is not None
    again.close()
    assert kwidgets.documents()[name].layers == 8
    listed.rename("digits")
    assert [one.name for one in kwidgets.documents()] == ["digits"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("letters", "There is another document named 'letters'. Choose another name."),
        ("", "at least one letter"),
        (" ", "at least one letter"),
        (3, "is a text"),
        ("x" * 1001, "at most 1000 letters, this one has 1001"),
        ("a\nb", "no control characters"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence_and_nothing_changes(name, why):
    stored("digits", "residual")
    stored("letters", "digits_cnn")
    with pytest.raises(Refused, match=why):
        kwidgets.documents()["digits"].rename(name)
    assert {one.name: one.layers for one in kwidgets.documents()} == {"digits": 11, "letters": 8}


def test_a_document_that_is_open_here_goes_on_under_its_new_name_and_elsewhere_it_is_refused():
    builder = Builder(name="digits")
    builder.document.do({"do": "template", "name": "residual"})
    until(lambda: len(kwidgets.documents()) == 1)
    kwidgets.documents()["digits"].rename("letters")
    assert builder.name == "letters"
    builder.document.do({"do": "template", "name": "digits_cnn"})
    builder.close()
    assert [(one.name, one.layers) for one in kwidgets.documents()] == [("letters", 8)]
    other = Owner(DocumentStore().folder("letters").path, replace(me("other.ipynb"), pid=1))
    assert other.take() is None
    with pytest.raises(Refused, match=r"open in other.ipynb. Close it there first"):
        kwidgets.documents()["letters"].rename("digits")
    other.give_up()


def test_a_deleted_document_is_not_renamed_and_a_damaged_version_stays_with_it():
    stored("digits", "residual")
    stored("digits", "digits_cnn")
    folder = DocumentStore().folder("digits").path
    next(folder.glob("versions/*.json")).write_text("half of")
    document = kwidgets.documents()["digits"]
    document.rename("letters")
    assert [path.read_text() for path in DocumentStore().folder("letters").path.glob("versions/*.json")] == ["half of"]
    document.delete()
    with pytest.raises(Refused, match="was deleted"):
        document.rename("digits")


def test_runs_follow_their_document_and_fits_in_code_stay():
    builder = Builder(
        Sequential([Dense(2, input_shape=(4,))]), arrays={"x": np.zeros((8, 4)), "y": np.zeros((8, 2))}, name="digits"
    )
    builder.start()
    assert builder.session.wait(LONG)
    fitted = Sequential([Dense(1, input_shape=(3,))], name="digits")
    fitted.compile("sgd", "mse")
    fitted.fit(np.zeros((8, 3)), np.zeros((8, 1)), verbose=0, callbacks=[kwidgets.Keep()])
    assert [run.document for run in kwidgets.runs()] == ["digits", "digits"]
    kwidgets.documents()["digits"].rename("letters")
    assert [run.document for run in kwidgets.runs()] == ["digits", "letters"]
    builder.start("continue")
    assert builder.session.wait(LONG)
    assert [run.document for run in kwidgets.runs("letters")] == ["letters"]
    builder.close()
