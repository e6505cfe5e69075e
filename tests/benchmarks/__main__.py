"""`python -m tests.benchmarks [COMMAND]`: what users wait for, in figures. `--help` lists the commands."""

from argparse import ArgumentParser

from . import (
    compare,
    curves,
    denormals,
    figures,
    forecast,
    gpu,
    inside,
    keeping,
    live,
    memory,
    native,
    page,
    reading,
    results,
    runs,
    scaling,
    tables,
    texts,
    uncompiled,
)

COMMANDS = {
    "figures": (figures, "start-up, small models, editing: one line each"),
    "compare": (compare, "the engine beside Keras, tf_keras, PyTorch and scikit-learn"),
    "curves": (curves, "cost over depth, width, batch, length and vocabulary: straight lines"),
    "denormals": (denormals, "the cost of a step after thousands without gradient"),
    "live": (live, "training speed with the dashboard shown, and while the user edits"),
    "memory": (memory, "what a training step holds, beside what it has to"),
    "native": (native, "compiled steps beside the same steps op by op on NumPy"),
    "page": (page, "what the builder's page costs: edits, frames a second, letters, bytes"),
    "forecast": (forecast, "what the builder forecasts for an epoch, and what one takes"),
    "gpu": (gpu, "the workloads of compare on a graphics card, beside Keras on JAX and PyTorch"),
    "inside": (inside, "training speed while the page looks inside, and pictures of large layers"),
    "keeping": (keeping, "training speed with runs recorded, over without"),
    "texts": (texts, "reading a text while it is typed, and writing a change of the canvas into it"),
    "reading": (reading, "the share of an epoch that training waits for files, by kind"),
    "tables": (tables, "the Data page's first view of a large frame, its exact figures, the kernel meanwhile"),
    "uncompiled": (uncompiled, "which calls of every layer's step stay in Python, and why"),
    "results": (results, "how soon 60,000 samples show their results, and each view of them"),
    "scaling": (scaling, "what several processes gain here, and by simulation on other links"),
    "runs": (runs, "recording runs, listing a thousand, reading their curves"),
}


def main() -> None:
    """Run the command, `figures` by default."""
    parser = ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    for name, (module, text) in COMMANDS.items():
        own = commands.add_parser(name, help=text)
        if hasattr(module, "add_arguments"):
            module.add_arguments(own)
    arguments = parser.parse_args()
    COMMANDS[arguments.command or "figures"][0].run(arguments)


if __name__ == "__main__":
    main()
