import sys
from pathlib import Path

from kwidgets import __main__ as command


def test_the_copy_of_the_quickstart_is_made_once_and_never_written_over(tmp_path):
    copy = command.copy_to(tmp_path / "new" / "folder")
    assert copy.read_bytes() == command.quickstart().read_bytes()
    copy.write_text("mine")
    assert command.copy_to(copy.parent).read_text() == "mine"


def test_a_folder_below_the_present_one_is_told_to_jupyterlab_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    copy = command.copy_to(Path("notebooks"))
    assert copy == tmp_path.resolve() / "notebooks" / command.NAME and copy.is_file()


def test_further_arguments_go_to_jupyterlab(tmp_path):
    line = command.command(tmp_path / "q.ipynb", ["--no-browser"])
    assert line[:3] == [sys.executable, "-m", "jupyterlab"] and "--no-browser" in line


def test_without_jupyterlab_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)  # as where it is not installed
    assert command.main([]) == 1
    assert "pip install" in capsys.readouterr().err
