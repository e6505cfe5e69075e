"""What `python -m tests.long` lists: each command says what it does, and docs/long.md has a row for it."""

from __future__ import annotations

import importlib

long_checks = importlib.import_module("tests.long.__main__")


def test_a_command_says_what_it_does():
    for name, text in long_checks.commands().items():
        assert text, f"tests/long/{name}.py needs a docstring whose first line says what it does."


def test_the_table_is_as_the_commands_write_it():
    assert long_checks.RECORD.read_text("utf-8") == long_checks.table(long_checks.recorded()), (
        "docs/long.md is behind: python -m tests.long --table"
    )


def test_the_list_of_commands_imports_none_of_them(capsys):
    assert long_checks.main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in long_checks.commands())
    assert long_checks.main(["no such command"]) == 2
    assert "there are" in capsys.readouterr().err
