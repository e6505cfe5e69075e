"""The command line: `python -m engine train experiment.yaml --data digits.npz`, and summary, plot, convert."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import FrameType

from . import converting
from . import experiment as experiments
from ._compat import conversion
from ._files import files, npz, text
from ._machine.ranks import Alone, Ranks
from ._training.common import all_ready
from .callbacks import History
from .data.in_experiments import TableArrays, files_of_arrays, table_of
from .data.own_rows import FROM_SECOND
from .distributed import connect
from .distributed.job import Job, supervise
from .distributed.joining import check_alone
from .distributed.mpi import was_launched
from .distributed.parent_line import parent_line
from .distributed.steering import of_rank_0, steer
from .errors import EngineError, FileError
from .experiment import Control
from .models import Model, model_from_config
from .training_folder import TrainingFolder
from .types import Array, Config


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it went well, 1 where something is left out, 2 with one line on standard error where it failed."""
    options = _parser().parse_args(arguments)
    options.arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return options.run(options) or 0
    except (EngineError, OSError) as error:
        print(f"engine {options.command}: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine", description="Train, show and convert models.")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train an experiment on the arrays of a file")
    train.add_argument(
        "experiment", help="YAML or JSON file that the builder exported, or Keras code (.py, .ipynb), which is not run"
    )
    train.add_argument(
        "--data",
        help="file (.npz, HDF5) of the arrays that the experiment names, or its table, in place of the one it names",
    )
    train.add_argument("--out", help="folder for weights.h5 and history.json (default: that of --keep, or here)")
    train.add_argument("--keep", help="folder that keeps the training, so that it can go on after it was cut off")
    train.add_argument("--resume", action="store_true", help="go on with the training in the folder of --keep")
    train.add_argument("--epochs", type=int, help="in place of the experiment's")
    train.add_argument("--seed", type=int, help="in place of the experiment's")
    train.add_argument("--device", help="cpu, gpu:0 or auto, in place of the experiment's")
    train.add_argument("--precision", help="float32, tf32 or mixed_float16 on a card, in place of the experiment's")
    train.add_argument("--quiet", action="store_true", help="no progress bar")
    train.add_argument(
        "--processes", type=int, help="so many share each batch (docs/distributed.md), in place of the experiment's"
    )
    train.add_argument("--oversubscribe", action="store_true", help="even where there are fewer cores")
    train.set_defaults(run=_train)
    summary = commands.add_parser("summary", help="print a table of the layers")
    summary.add_argument("model", help="file with a model (.h5, .keras, SavedModel, YAML, JSON), or Keras code")
    summary.set_defaults(run=_summary)
    plot = commands.add_parser("plot", help="draw the layers")
    plot.add_argument("model", help="file with a model (.h5, .keras, SavedModel, YAML, JSON), or Keras code")
    plot.add_argument("--to", default="model.png", help="file ending in .png, .svg or .pdf (default: model.png)")
    plot.set_defaults(run=_plot)
    convert = commands.add_parser(
        "convert", help="write a model in another format; exit status 1 where something is left out"
    )
    convert.add_argument(
        "model", help="file with a model: .h5, .keras, a SavedModel's folder, .yaml, .json, or Keras code"
    )
    convert.add_argument("out", nargs="?", help="the new file: .keras, .h5, .weights.h5, .json or .yaml")
    convert.add_argument("--to", help="the same as OUT")
    convert.add_argument("--format", help="whose HDF5 or JSON: keras2 (the default), tf.keras or keras (Keras 3)")
    convert.add_argument(
        "--function",
        action="append",
        default=[],
        metavar="LAYER=NAME",
        help="what a Lambda does whose code is in the file, such as lambda_1=l2_normalize (docs/files.md)",
    )
    convert.set_defaults(run=_convert)
    code = commands.add_parser(
        "convert-code", help="a program or notebook for tf.keras or Keras 3 as one that runs here"
    )
    code.add_argument("program", help=".py or .ipynb file; it is read, never run")
    code.add_argument("new", help="the file that is written, of the same ending")
    code.set_defaults(run=_convert_code)
    return parser


def _train(options: argparse.Namespace) -> int:
    """Train, in this process or, where several are asked for, in processes that run the same command."""
    experiment = None if was_launched() else _changed_experiment(options)
    processes = 1 if experiment is None else experiments.training_of(experiment)["processes"]
    if experiment is not None and options.processes is None:
        check_alone()
    if processes == 1:
        # Who asks for one process trains alone, whatever has started it beside others.
        alone = experiment is not None and options.processes == 1
        with nullcontext(Alone()) if alone else connect(oversubscribe=options.oversubscribe) as ranks:
            _train_here(options, ranks, experiment)
        return 0
    program = [sys.executable, "-m", "engine", *options.arguments]
    with Job(program, processes, oversubscribe=options.oversubscribe) as job, _stopping() as stopped:
        return supervise(job, stopped)


def _changed_experiment(options: argparse.Namespace) -> Config:
    """The experiment, with what the command line says otherwise."""
    experiment = _experiment(options.experiment)
    names = ("epochs", "seed", "device", "precision", "processes")
    changes = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    experiment["training"] = {**(experiment.get("training") or {}), **changes}
    return experiment


@contextmanager
def _stopping() -> Generator[Callable[[], bool]]:
    """A block in which Ctrl-C only says that all processes are to stop; a second one ends this process, and so all."""
    asked: list[int] = []

    def note(signum: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(signum)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _train_here(options: argparse.Namespace, ranks: Ranks, read: Config | None) -> None:
    """Train in this process, alone or with the others that were launched; read: the experiment, where it was read already."""
    with all_ready("train"):
        experiment = _changed_experiment(options) if read is None else read
        experiment["training"]["processes"] = 1  # this is one of them
        table, arrays, held_out = _data_of(options, experiment, ranks.size > 1)
    folder = Path(options.out or options.keep or ".")
    checkpoint, resume = None, False
    with all_ready("train"):
        if options.keep is not None:
            training_folder = TrainingFolder(options.keep)
            checkpoint = training_folder.checkpoint
            if ranks.rank == 0:
                resume = training_folder.prepare(experiment, arrays, resume=options.resume)
        elif options.resume:
            raise FileError(where="--resume", expected="--keep with the folder of the training", actual="none")
        if ranks.rank == 0:
            folder.mkdir(parents=True, exist_ok=True)
    resume = of_rank_0(ranks, resume)
    control = Control()
    line = parent_line()
    if line is not None:
        line.listen(partial(steer, control))
    history = experiments.run_experiment(
        experiment,
        arrays,
        held_out=held_out,
        verbose=0 if options.quiet else 1,
        checkpoint=checkpoint,
        resume=resume,
        control=control,
    )
    if ranks.rank == 0:
        _write(options, folder, history, table)


def _data_of(
    options: argparse.Namespace, experiment: Config, divided: bool
) -> tuple[TableArrays | None, Mapping[str, Array], Mapping[str, Array] | None]:
    """The table of an experiment, its arrays, and those to measure. divided: other processes read other rows."""
    here = Path(options.experiment).parent
    table = table_of(experiment, here, options.data)
    if table is not None:
        return table, table.train, table.validation
    named, second = files_of_arrays(experiment, here)
    path = named if options.data is None else options.data
    if path is None:
        raise FileError(
            where="--data",
            expected="a file of arrays, as the experiment names no table",
            actual="none",
            hint="Save them under the names of the experiment: numpy.savez('data.npz', x=x, y=y).",
        )
    read = read_rows if divided else read_arrays
    behind = {} if second is None else read(str(second))
    return None, {**read(str(path)), **{FROM_SECOND + name: array for name, array in behind.items()}}, None


def _write(options: argparse.Namespace, folder: Path, history: History, table: TableArrays | None) -> None:
    """What a training leaves behind."""
    history.model.save_weights(folder / "weights.h5")
    if table is not None:
        preparation = json.dumps(table.dataset.preparation.to_config(), indent=1) + "\n"
        files.write_text(folder / "preparation.json", preparation)
    record = {"history": history.history, "epoch": list(history.epoch), "stopped": history.model.stopped}
    files.write_text(folder / "history.json", json.dumps(text.json_able(record), indent=1) + "\n")
    how = "stopped after" if history.model.stopped else "finished"
    written = ["weights.h5", "history.json", *(["preparation.json"] if table is not None else [])]
    print(f"{how} {len(history.epoch)} epochs; wrote {' and '.join(str(folder / name) for name in written)}")


# What to do first with a file of another kind, so that its arrays can be saved as .npz.
_TO_ARRAYS = {
    "table": "Name it in the experiment as its table (docs/data.md), or read it with engine.data.open",
    "npy": "It has one array without a name: load it with numpy.load",
    "picture": "Read pictures with engine.preprocessing.image.load_img and img_to_array",
    "folder": "Read its files (pictures: engine.preprocessing.image.load_img and img_to_array)",
    "pickle": "A pickle can run any program, so it is not opened here; if you trust it, open it with pickle.load",
    "archive": "Unpack it and read what is in it",
    "empty": "It may not have been written to its end: make the arrays again",
}


def read_rows(path: str) -> dict[str, Array]:
    """As `read_arrays`, but what is not compressed is read row by row, when it is needed."""
    try:
        return npz.mapped(path) if _is_npz(path) else read_arrays(path)
    except FileError:
        return npz.read(path)  # a file of compressed arrays has to be read as a whole


def read_arrays(path: str) -> dict[str, Array]:
    """The arrays of an .npz or HDF5 file; nothing in it is executed. Raises FileError saying what another kind of file is."""
    return npz.read(path) if _is_npz(path) else experiments.read_hdf5(path, list(experiments.hdf5_headers(path)))


def _is_npz(path: str) -> bool:
    """Whether a file of arrays is an .npz rather than HDF5. Raises FileError where it is another kind of file."""
    kind = experiments.kind_of(path)
    if kind.name not in ("npz", "hdf5"):
        first = _TO_ARRAYS.get(kind.name, "It holds no arrays: make them in Python")
        hint = f"{first}, then save them under the names of the experiment: numpy.savez('data.npz', x=x, y=y)."
        raise FileError(file=path, expected="an .npz or HDF5 file of numeric arrays", actual=kind.what, hint=hint)
    return kind.name == "npz"


def _model(path: str) -> Model:
    """The model of a file; what is read otherwise of a program is said."""
    return model_from_config(_experiment(path)) if _is_code(path) else converting.model_of(path, compile=False)


def _is_code(path: str) -> bool:
    return experiments.kind_of(path).name in experiments.CODE


def _experiment(path: str) -> Config:
    """The experiment of a text, or of a program or notebook, which is never run; what is read otherwise is said."""
    if not _is_code(path):
        return experiments.read_experiment(_text(path), path)
    program = experiments.read_python(files.read_text(path), path, experiments.neighbours_of(path))
    for note in program.notes:
        print(f"{path}, {note}", file=sys.stderr)
    return program.experiment


def _text(path: str) -> str:
    """The text of a model's file. Raises FileError saying what another kind of file is."""
    kind = experiments.kind_of(path)
    if not kind.readable:
        raise FileError(file=path, expected="the YAML or JSON of a model", actual=kind.what, hint=kind.use)
    return files.read_text(path)


def _summary(options: argparse.Namespace) -> None:
    _model(options.model).summary()


def _plot(options: argparse.Namespace) -> None:
    from .utils.vis_utils import plot_model

    plot_model(_model(options.model), to_file=options.to, show_shapes=True)
    print(f"wrote {options.to}")


def _convert(options: argparse.Namespace) -> int:
    """Convert, tell each step; 1 where the new file says less than the old one."""
    out = options.out or options.to
    if out is None:
        raise FileError(where="convert", expected="the new file behind the old one", actual="none")
    wrong = next((one for one in options.function if "=" not in one), None)
    if wrong is not None:
        raise FileError(where="--function", expected="LAYER=NAME", actual=wrong)
    functions = dict(one.split("=", 1) for one in options.function)

    def told(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    done = converting.convert(options.model, out, options.format, told, functions)
    for sentence in done.left_out:
        print(f"left out: {sentence}", file=sys.stderr)
    print(f"wrote {out}")
    return int(bool(done.left_out))


def _convert_code(options: argparse.Namespace) -> int:
    """Write a program that runs here; 1 where names are missing, which are listed by line."""
    ending = Path(options.program).suffix.lower()
    if ending not in (".py", ".ipynb") or Path(options.new).suffix.lower() != ending:
        expected = "a program (.py) or a notebook (.ipynb), and a new file of the same ending"
        raise FileError(file=options.program, expected=expected, actual=f"{options.program} and {options.new}")
    made = conversion.converted(files.read_text(options.program), options.program)
    files.write_text(Path(options.new), made.text)
    for change in made.changes:
        print(f"{options.program}, {change}")
    for missing in made.missing:
        print(f"{options.program}, {missing}", file=sys.stderr)
    count = len(made.changes)
    summary = f"{count} change{'s' * (count != 1)}, {len(made.missing)} of {made.names} names are not there"
    print(f"wrote {options.new}: {summary}")
    return int(bool(made.missing))


if __name__ == "__main__":
    sys.exit(main())
