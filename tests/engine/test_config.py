"""What `engine.config.show` prints."""

import engine
from engine._machine import device


def test_it_says_how_models_compute_here(capsys):
    engine.config.show()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Python", "New", "Threads:", "Steps", "Compiled"]
    assert lines[1] == "New models: float32, channels_last, epsilon 1e-07."
    assert lines[2].startswith(f"Threads: {device.threads()}")


def test_lines_go_where_they_are_asked_to_go(capsys):
    lines = []
    engine.config.show(lines.append)
    assert len(lines) == 5
    assert not capsys.readouterr().out
