import io

from engine._training.progress import Progbar


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_bar_shows_progress_time_left_and_means():
    out, clock = io.StringIO(), Clock()
    bar = Progbar(4, stream=out, clock=clock)
    clock.now = 1.0
    bar.update(2, [("loss", 2.0)])
    clock.now = 2.0
    bar.update(4, [("loss", 4.0)])

    lines = out.getvalue().split("\r")

    assert lines[1].startswith("2/4 [==============>...............] - ETA: 1s - loss: 2.0000")
    assert lines[2].startswith("4/4 [==============================] - 2s 500ms/step - loss: 3.0000")
    assert lines[2].endswith("\n")


def test_drawing_is_throttled_but_the_end_is_always_shown():
    out, clock = io.StringIO(), Clock()
    bar = Progbar(1000, stream=out, clock=clock)
    for i in range(1, 1001):
        clock.now += 0.001
        bar.update(i)

    assert out.getvalue().count("\r") < 30
    assert "1000/1000" in out.getvalue()


def test_verbose_2_writes_one_line_and_0_nothing():
    lines, silent = io.StringIO(), io.StringIO()
    for stream, verbose in ((lines, 2), (silent, 0)):
        bar = Progbar(2, verbose=verbose, stream=stream, clock=Clock())
        bar.add(1, [("acc", 0.5)])
        bar.add(1, [("acc", 1.0)])

    assert lines.getvalue() == " - 0s - acc: 0.7500\n"
    assert silent.getvalue() == ""
