"""Cells that tests open a notebook with: each shows one builder, `b`."""

EMPTY = "from kwidgets import Builder\nb = Builder()\nb"
IMAGES = (
    "import numpy as np\nfrom kwidgets import Builder\n"
    "x = np.zeros((20, 8, 8, 1), 'float32')\ny = np.eye(3, dtype='float32')[np.arange(20) % 3]\nb = Builder()\nb"
)


# So many epochs that no machine comes to the end of them before a test has stopped the training.
ENDLESS = 1_000_000


def template(name: str) -> str:
    """A builder that begins with a template."""
    return f"from kwidgets import Builder\nb = Builder(template='{name}')\nb"


DIGITS = template("digits_cnn")
