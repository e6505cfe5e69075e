"""Engines of ipyparallel are told to be the processes of a job, by a line of Python each."""

from __future__ import annotations

import threading

from engine.distributed.engines import OnEngines


class Result:
    """A call that another thread ends."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def ready(self) -> bool:
        return self.over.is_set()

    def successful(self) -> bool:
        return True

    def wait(self, timeout: float) -> bool:
        return self.over.wait(timeout)


class View:
    """Two engines that remember what they are told."""

    def __init__(self) -> None:
        self.code, self.result = "", Result()

    def __len__(self) -> int:
        return 2

    def execute(self, code: str, silent: bool = True, block: bool | None = None) -> Result:
        self.code = code
        return self.result


def test_engines_get_a_line_that_python_understands_with_the_variables() -> None:
    view = View()
    engines = OnEngines(view, {"A": "quoted ' text"})
    compile(view.code, "engine", "exec")
    assert "engine._worker.run_here({'A': \"quoted ' text\"})" in view.code
    assert engines.poll() is None and engines.first_lost() is None and engines.told() == ""


def test_they_are_over_when_the_call_is() -> None:
    view = View()
    engines = OnEngines(view, {})
    view.result.over.set()
    engines.end(0.1)
    assert engines.poll() == 0
