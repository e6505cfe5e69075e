"""What `engine.config.show` prints."""

import engine
from engine._machine import device
from engine._native.library import library

from .native.programs import needs_library


def test_it_says_how_models_compute_here(capsys):
    engine.config.show()
    lines = capsys.readouterr().out.splitlines()
    compiled = ["Compiled"] if library() is not None else []
    assert [line.split()[0] for line in lines] == ["Python", "New", "Threads:", "Steps", *compiled]
    assert lines[1] == "New models: float32, channels_last, epsilon 1e-07."
    assert lines[2].startswith(f"Threads: {device.threads()}")


def test_lines_go_where_they_are_asked_to_go(capsys):
    lines = []
    engine.config.show(lines.append)
    assert len(lines) >= 4
    assert not capsys.readouterr().out


@needs_library
def test_it_says_how_convolutions_are_computed():
    def line() -> str:
        lines: list[str] = []
        engine.config.show(lines.append)
        return next(line for line in lines if line.startswith("Compiled convolutions"))

    assert line() == "Compiled convolutions of 3 x 3: by Winograd where it pays."
    engine.config.set_exact(True)
    try:
        assert line() == "Compiled convolutions of 3 x 3: direct (exact)."
    finally:
        engine.config.set_exact(False)
