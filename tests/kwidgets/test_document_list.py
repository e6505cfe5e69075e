"""`kwidgets.documents()`: what a person stored, found, opened, deleted and brought back from code."""

import datetime

import pytest

import kwidgets
from kwidgets import Builder
from kwidgets.document import Refused

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
