"""The table of messages: its TypeScript is up to date, and the builder answers just what stands in it."""

import pkgutil
import typing

import kwidgets.messages
from kwidgets import Builder
from kwidgets.gestures import Gestures
from kwidgets.messages import States
from tests import messages


def test_the_typescript_is_that_of_the_python_table():
    assert messages.TARGET.read_text("utf-8") == messages.text(), "run `python -m tests.messages`"


def test_every_file_of_messages_is_written_and_every_table_in_it_is_imported_from_the_package():
    package = kwidgets.messages
    written = {file.__name__ for file in messages.FILES}
    assert {f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__)} <= written
    tables = {
        name
        for file in messages.FILES
        for name, value in vars(file).items()
        if typing.is_typeddict(value) and value.__module__.startswith(f"{package.__name__}.")
    }
    assert sorted([*tables, *messages.LITERALS, "Json", "Point", "Shape"]) == sorted(package.__all__)


def test_the_builder_answers_every_gesture_of_the_table_and_no_other():
    builder = Builder()
    try:
        assert set(builder.view._gestures) == set(typing.get_type_hints(Gestures))
    finally:
        builder.close()


def test_the_builder_shows_every_state_of_the_table():
    builder = Builder()
    try:
        shown = {name for name in builder.view.keys if not name.startswith("_")}
        assert set(typing.get_type_hints(States)) <= shown
    finally:
        builder.close()
