"""One reader under atheris, which looks for files that reach new code: `python -m tests.safety.guided NAME SECONDS FOLDER`.

A process of its own, because atheris ends it. Files that came through with an error nobody documented are kept in FOLDER.
"""

from __future__ import annotations

import importlib
import random
import sys
import traceback
import warnings
from pathlib import Path
from types import ModuleType

LONGEST = 2**16
SLOW = 10  # seconds after which a file counts as one that hangs


def main(arguments: list[str]) -> None:
    """Fuzz until the time is over; findings are printed as they come."""
    name, seconds, folder = arguments[0], int(arguments[1]), Path(arguments[2])
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["engine", "kwidgets"]):
        readers = importlib.import_module("tests.safety.readers")
    backend = importlib.import_module("engine.backend")
    backend.set_memory_limit(64 * 2**20)
    warnings.simplefilter("ignore")
    corpus = folder / f"corpus-{name}"
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "honest").write_bytes(readers.READERS[name].honest())
    path = folder / name
    seen: set[str] = set()

    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            readers.READERS[name].read(str(path))
        except BaseException as error:
            if not _is_documented(error):
                _tell(error, data, folder / f"found-{name}-{len(seen)}", seen)

    settings = [
        f"-max_total_time={seconds}",
        f"-timeout={SLOW}",
        f"-max_len={LONGEST}",
        "-rss_limit_mb=4000",
        "-print_final_stats=1",
    ]
    atheris.Setup(
        [sys.argv[0], str(corpus), f"-artifact_prefix={folder}/", *settings],
        read,
        custom_mutator=_mutator(name, atheris),
        internal_libfuzzer=True,
    )
    atheris.Fuzz()


def _mutator(name: str, atheris: ModuleType) -> object:
    """Half of the changes are libFuzzer's, half know the format."""
    mutations = importlib.import_module("tests.safety.mutations")

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        dice = random.Random(seed)
        if dice.random() < 0.5:
            try:
                return mutations.mutated(name, data, dice)[:most]
            except Exception:  # the file is too broken to be changed by what it says
                return atheris.Mutate(data, most)
        return atheris.Mutate(data, most)

    return mutate


def _is_documented(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    fits = len(str(error)) <= 500 and "\n" not in str(error).strip()
    return bool(names & {"EngineError", "Refused", "OSError", "ValueError"}) and fits


def _tell(error: BaseException, data: bytes, kept: Path, seen: set[str]) -> None:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {last.filename}:{last.lineno}"
    if where not in seen:
        seen.add(where)
        kept.write_bytes(data)
        print(f"FOUND {kept.name}: {where}: {str(error)[:200]}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
