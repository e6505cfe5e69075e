"""Mistakes and their mends in the browser: a mend is pointed at, shown on the canvas, applied.

`KW_SCREENS=docs/screens python -m pytest tests/e2e/test_mends.py` writes the pictures of docs/mistakes.md.
"""

import pytest

from .measures import take_picture, violations

# A template, what makes it wrong, the card that is wrong then, and the mend.
WRONG = {
    "merge": (
        "residual",
        "'do': 'set', 'layers': ['conv2d_3'], 'field': 'strides', 'value': [2, 2]",
        "add_1@0",
        "strides 1×1",
    ),
    "flatten": ("digits_cnn", "'do': 'remove', 'nodes': ['flatten_1@0']", "dense_1@0", "Insert Flatten"),
    "sequences": (
        "text_lstm",
        "'do': 'add', 'class_name': 'LSTM', 'after': 'lstm_1@0'",
        "lstm_2@0",
        "return sequences",
    ),
}


def cell(template, command):
    return f"from kwidgets import Builder\nb = Builder(template='{template}')\nb.document.do({{{command}}})\nb"


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_mend_that_is_pointed_at_shows_on_the_canvas_what_it_does(open_builder, request, theme, name):
    template, command, node, label = WRONG[name]
    builder = open_builder(request.getfixturevalue(theme), f"mend_{name}_{theme}", cell(template, command))
    builder.until(lambda: node in builder.nodes())
    builder.node(node).click()
    mend = builder.root.locator(".kw-inspector-mend", has_text=label).first
    mend.wait_for()
    builder.page.mouse.move(2, 2)
    builder.settled()
    take_picture(builder, f"mend-{name}-before-{theme}")
    mend.hover()
    builder.root.locator("[data-preview]").first.wait_for()
    take_picture(builder, f"mend-{name}-{theme}")
    assert not violations(builder)
    mend.get_by_role("button", name="Apply").click()
    builder.until(lambda: builder.root.locator("[data-preview], .kw-inspector-mend").count() == 0)
    builder.until(lambda: builder.state(node) == "ok")
    builder.settled()
    take_picture(builder, f"mend-{name}-after-{theme}")
