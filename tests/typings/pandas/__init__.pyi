"""What kwidgets uses of pandas, which brings no types of its own."""

from collections.abc import Mapping, Sequence

class DataFrame:
    def __init__(self, data: Sequence[Mapping[str, object]]) -> None: ...
    def set_index(self, keys: str, *, drop: bool = True) -> DataFrame: ...
