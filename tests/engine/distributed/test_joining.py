"""Two processes come to the numbers of one, and to the same bits as each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine._machine.ranks import Alone
from engine.distributed import connect, joining
from engine.errors import TrainingError
from engine.experiment import write_experiment

from .cases import CASES, Result, result_of

ROOT = Path(__file__).parents[3]


def run_in_two(*program: str, code: int | None = 0, environment: dict[str, str] | None = None) -> str:
    """Run a program in two processes; gives what they print."""
    launcher = Path(sys.executable).parent / "mpiexec"
    found = str(launcher) if launcher.exists() else "mpiexec"
    done = subprocess.run(
        [found, "-n", "2", sys.executable, *program],
        cwd=ROOT,
        env={**os.environ, "ENGINE_OVERSUBSCRIBE": "1", "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert code is None or done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def of_two(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Result, Result]]:
    """What both processes come to, by case."""
    folder = tmp_path_factory.mktemp("ranks")
    run_in_two("-m", "tests.engine.distributed.cases", str(folder))
    return {name: (_loaded(folder / f"{name}-0.npz"), _loaded(folder / f"{name}-1.npz")) for name in CASES}


def _loaded(path: Path) -> Result:
    with np.load(path) as file:
        return dict(file)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"normalised"}))
def test_two_processes_come_to_the_numbers_of_one(name: str, of_two: dict[str, tuple[Result, Result]]) -> None:
    alone, (first, _) = result_of(name), of_two[name]
    assert alone.keys() == first.keys()
    for what, values in alone.items():
        np.testing.assert_allclose(first[what], values, atol=1e-5, rtol=1e-5, err_msg=what)


@pytest.mark.parametrize("name", sorted(CASES))
def test_both_processes_have_the_same_bits(name: str, of_two: dict[str, tuple[Result, Result]]) -> None:
    first, second = of_two[name]
    assert first.keys() == second.keys()
    for what, values in first.items():
        np.testing.assert_array_equal(values, second[what], err_msg=what)


def test_gradients_of_several_batches_make_the_update_of_one_large_batch(
    of_two: dict[str, tuple[Result, Result]],
) -> None:
    from engine._machine.random import seeded
    from engine.models import Sequential
    from engine.optimizers import SGD

    from .cases import _numbers, _trained, layers

    with seeded(5):
        model = Sequential([layers.Dense(8, activation="tanh", input_dim=4), layers.Dense(1)])
        model.compile(SGD(0.1), "mse")
        large = _trained(model, _numbers(80, 4), _numbers(80, 1, seed=2), batch_size=20)
    for what, values in of_two["accumulated"][0].items():
        np.testing.assert_allclose(values, large[what], atol=1e-5, err_msg=what)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("other_data", r"rank 1 of 2: .*another data than rank 0"),
        ("fewer_rows", r"rank 1 of 2: .*another data than rank 0: .*576, 8.*640, 8"),
        ("other_model", r"rank 1 of 2: .*another model than rank 0"),
        ("no_data", r"rank 1 of 2: 'dense_1_input' takes 8 numbers, but x holds 7 numbers"),
        ("no_file", r"train, rank 1 of 2: .*/nowhere/data.npz"),
        ("raises", r"rank 0 of 2: RuntimeError: a fault of the callback"),
        ("stateful", r"rank 0 of 2 *: .*keeps a state for each row"),
        ("generator", r"rank 0 of 2 *: .*batches of GeneratorBatches, which cannot be divided"),
        ("own_step", r"rank 0 of 2 *: .*a step of the model's own"),
    ],
)
def test_what_cannot_be_shared_is_told_at_the_beginning_in_one_sentence(kind: str, sentence: str) -> None:
    told = run_in_two("-m", "tests.engine.distributed.misbehaving", kind, code=None)
    assert re.search(sentence, told), told


@pytest.mark.parametrize("launcher", ["SLURM_STEP_NUM_TASKS", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE"])
def test_processes_that_do_not_find_each_other_are_refused(monkeypatch: pytest.MonkeyPatch, launcher: str) -> None:
    class OfAnotherMpi(Alone):
        """What an MPI library finds where another one's launcher has started it: itself."""

    monkeypatch.setattr(joining, "MpiRanks", OfAnotherMpi)
    monkeypatch.setenv(launcher, "2")
    if launcher != "SLURM_STEP_NUM_TASKS":
        monkeypatch.setenv("PMI_RANK", "0")
    with (
        pytest.raises(TrainingError, match=rf"found 2 processes \({launcher}\), of which each finds itself alone"),
        connect(),
    ):
        pass
    monkeypatch.setenv(launcher, "1")
    with connect() as ranks:
        assert ranks.size == 1


def test_the_command_line_refuses_them_unless_each_is_to_train_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 2], "name": "d"}}
    experiment = {"class_name": "Sequential", "config": [layer], "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}}}
    (tmp_path / "e.yaml").write_text(write_experiment({**experiment, "training": {"epochs": 1}}))
    np.savez(tmp_path / "d.npz", x=np.ones((4, 2)), y=np.ones((4, 1)))
    command = ["train", str(tmp_path / "e.yaml"), "--data", str(tmp_path / "d.npz"), "--out", str(tmp_path), "--quiet"]
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "8")
    assert main(command) == 2
    assert "8 processes (SLURM_STEP_NUM_TASKS), of which each finds itself alone" in capsys.readouterr().err
    assert main([*command, "--processes", "1"]) == 0


def test_without_the_extra_one_sentence_says_what_to_install() -> None:
    program = "import sys; sys.modules['mpi4py'] = None; from engine.distributed import Cluster; Cluster(2, oversubscribe=True).job"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stderr.strip().splitlines()[-1]
    assert (
        "expected mpi4py and an MPI library, found no mpi4py. Install them: pip install 'kwidgets[distributed]'."
        in last
    )


def test_without_a_launcher_one_sentence_says_so() -> None:
    program = (
        "import sys, os; sys.executable = '/nowhere/python'; os.environ['PATH'] = ''; "
        "from engine.distributed import Cluster; Cluster(2, oversubscribe=True).job"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "expected mpiexec, which starts processes, found none in this environment" in done.stderr
