"""The search box."""

# What a layer needs to fit.
NEEDS_WHOLE_NUMBERS = "needs whole numbers, straight from an Input"


def does_not_fit(sentence: str) -> str:
    return f"does not fit: {sentence}"


def needs_fewer_axes(most: int) -> str:
    return f"needs a result of at most {most} axes, the batch included"


def with_before_it(step: str) -> str:
    return f"with {step} before it"


WITH_PADDING_SAME = "with padding same"


def with_all_steps(name: str) -> str:
    return f"with all steps of '{name}'"


# Search.


def is_now(title: str, line: str) -> str:
    return f"is {title} {line}"


GO_THERE = "go there"


def go_there_in(block: str) -> str:
    return f"go there, in {block}"


# What was typed.


def too_large(word: str) -> str:
    return f"{word:.20} (too large)"


def strides(sizes: str) -> str:
    return f"strides {sizes}"


def with_before_it_and_padding_same(step: str) -> str:
    return f"with {step} before it and padding same"
