import json
import sys
from pathlib import Path

import pytest

from engine.layers import LSTM, Dense
from engine.models import Sequential
from kwidgets import Builder, exporting
from kwidgets import __main__ as command
from kwidgets.__main__ import main


def test_the_copy_of_the_quickstart_is_made_once_and_never_written_over(tmp_path):
    copy = command.copy_to(tmp_path / "new" / "folder")
    assert copy.read_bytes() == command.quickstart().read_bytes()
    copy.write_text("mine")
    assert command.copy_to(copy.parent).read_text() == "mine"


def test_a_folder_below_the_present_one_is_told_to_jupyterlab_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copy = command.copy_to(Path("notebooks"))
    assert copy == tmp_path.resolve() / "notebooks" / command.NAME and copy.is_file()


def test_a_file_with_a_model_gets_a_notebook_that_opens_it(tmp_path):
    model = Sequential([Dense(1, input_dim=2)])
    for name in ("a b.keras", "other/a b.keras"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        model.save(tmp_path / name)
    notebook = command.notebook_of(tmp_path / "a b.keras", tmp_path / "home")
    (cell,) = json.loads(notebook.read_text())["cells"]
    assert notebook.name == "a b.ipynb" and cell["source"].endswith(f"Builder({str(tmp_path / 'a b.keras')!r})")
    assert command.notebook_of(tmp_path / "a b.keras", tmp_path / "home") == notebook
    assert command.notebook_of(tmp_path / "other" / "a b.keras", tmp_path / "home").name == "a b-2.ipynb"


def test_further_arguments_go_to_jupyterlab(tmp_path):
    line = command.command(tmp_path / "q.ipynb", ["--no-browser"])
    assert line[:3] == [sys.executable, "-m", "jupyterlab"] and "--no-browser" in line


def test_without_jupyterlab_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)  # as where it is not installed
    assert command.main([]) == 1
    assert "pip install" in capsys.readouterr().err


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    model = Sequential([LSTM(3, input_shape=(4, 2), name="lstm"), Dense(1, name="out")])
    model.compile("adam", "mse")
    model.save(tmp_path / "model.h5")
    return tmp_path / "model.h5"


@pytest.mark.parametrize("to", [*exporting.DIALECTS, *exporting.TEXTS])
def test_export_writes_what_the_code_page_shows(stored: Path, to: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(stored), "--to", to]) == 0
    document = Builder(str(stored)).document
    shown = document.text()[to] if to in exporting.TEXTS else document.python(to).text
    assert capsys.readouterr().out == shown


def test_export_writes_a_file_and_not_over_another(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = stored.with_name("model.py")
    command = ["export", str(stored), "--to", "tf.keras", "--out", str(out)]
    assert main(command) == 0 and "import" in out.read_text("utf-8")
    out.write_text("mine", "utf-8")
    assert main(command) == 2 and out.read_text("utf-8") == "mine"
    assert "--force" in capsys.readouterr().err
    assert main([*command, "--force"]) == 0 and out.read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("name", "content"), [("gone.h5", None), ("notes.txt", b"no model"), ("cut.h5", b"\x89HDF\r\n\x1a\n")]
)
def test_export_says_what_it_cannot_read(
    tmp_path: Path, name: str, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["export", str(tmp_path / name), "--to", "yaml"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and name in said.err and "Traceback" not in said.err
