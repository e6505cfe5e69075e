"""An op's settings: declared like a dataclass's fields, refused when they are missing, unknown, double or too many."""

from __future__ import annotations

import pytest

from engine._graph.op_base import Op, input_names
from engine._ops.arithmetic import Add
from engine._ops.conv import Conv
from engine._ops.elementwise import Clip
from engine._ops.loop import Loop
from engine._ops.rearrange import Concatenate
from engine._ops.rectified import RectifiedConv


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "Clip needs a value for 'low'"),
        ((0,), {}, "Clip needs a value for 'high'"),
        ((0, 1, 2), {}, "Clip has 2 settings, got 3 values"),
        ((0, 1), {"width": 2}, "Clip has no setting 'width'; it has low, high"),
        ((0, 1), {"low": 2}, "Clip: got two values for 'low'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(args, kwargs, message):
    with pytest.raises(TypeError, match=message):
        Clip(*args, **kwargs)


def test_settings_have_defaults_and_are_shown():
    assert repr(Conv((2,), padding="same")) == (
        "Conv(strides=(2,), padding='same', dilation=(1, 1), channels_first=False)"
    )
    assert repr(Add()) == "Add()"


def test_a_subclass_has_the_settings_above_it_first():
    class Wider(Clip):
        """A clip with one setting more."""

        margin: float = 0.5

    op = Wider(0, 1)
    assert repr(op) == "Wider(low=0, high=1, margin=0.5)"
    assert RectifiedConv._settings == Conv._settings


def test_inputs_are_known_by_the_names_that_forward_gives_them():
    assert input_names(Conv) == ("x", "kernel", "bias")
    assert input_names(Add) == ("a", "b")
    assert input_names(Concatenate) == ()
    x, kernel, bias, y = object(), object(), object(), object()
    assert RectifiedConv((1,)).kept_inputs((x, kernel, bias), (y,)) == (x, kernel, y)
    assert Conv((1,)).kept_inputs((x, kernel), (y,)) == (x, kernel)


def test_an_op_of_any_number_of_inputs_may_keep_them_all():
    class Joined(Op):
        """Takes one input and any number of others."""

        keeps = ("first", "rest")

        def forward(self, work, first, *rest, out):
            out[...] = first

    assert Joined().kept_inputs((1, 2, 3), (4,)) == (1, 2, 3)
    assert Loop.keeps == ("xs",) and input_names(Loop) == ()
