"""The views themselves."""

from os import PathLike

# Every view.


def front_end_is_missing(path: PathLike[str]) -> str:
    return (
        f"{path} is missing: the front end has not been built. Run `pip install .` in the source folder, or "
        "`npm install --no-save && npm run build` in kwidgets/frontend."
    )


def no_such_gesture(name: object) -> str:
    return f"This view does not know how to {name!r}."


def went_wrong(kind: str, error: object) -> str:
    return f"That went wrong inside kwidgets ({kind}: {error})."


LOG_HAS_THE_DETAILS = "The kernel's log has the details."


# The builder's view.


def no_number_of_pixels(side: str, value: object) -> str:
    return f"The {side} of a canvas is a number of pixels, not {value!r}."
