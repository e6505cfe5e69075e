"""What kwidgets uses of pandas, which brings no types of its own."""

from collections.abc import Mapping, Sequence

class DataFrame:
    def __init__(self, data: Sequence[Mapping[str, object]], index: Sequence[int]) -> None: ...
