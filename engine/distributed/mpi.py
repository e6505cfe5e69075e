"""Ranks that speak by MPI: the one file that names mpi4py, which is imported when a program asks for it."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import numpy as np

from .._machine.ranks import Ranks
from ..errors import TrainingError
from ..types import Array

EXTRA = "pip install 'kwidgets[distributed]'"

# What the launchers of MPI (MPICH, Intel, MVAPICH, Open MPI, Slurm's PMI2 and PMIx) set for each process.
_SIZES = ("PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")
# Slurm says how many it has started whether or not they can find each other, by PMI2 or PMIx.
_STARTED = (*_SIZES, "SLURM_STEP_NUM_TASKS")
_RANKS = ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "MV2_COMM_WORLD_RANK")


def was_launched() -> bool:
    """Whether an MPI launcher (`mpiexec`, `srun`) has started this process, as one of several.

    Returns:
        False for a process that was started by itself, or as the only one.

    Example:
        >>> was_launched()
        False
    """
    sizes = [os.environ[name] for name in _SIZES if name in os.environ]
    return any(name in os.environ for name in _RANKS) and (not sizes or sizes[0] != "1")


def started_apart() -> str | None:
    """What is wrong where a launcher has started several processes, and this one finds itself alone; None where it is.

    Each of them would train everything, and write over what the others write.
    """
    counts = {name: os.environ[name] for name in _STARTED if os.environ.get(name, "1") not in ("", "1")}
    if not counts:
        return None
    name, count = next(iter(counts.items()))
    return f"{count} processes ({name}), of which each finds itself alone"


class MpiRanks(Ranks):
    """The processes that one launcher of MPI has started.

    mpi4py takes whichever MPI library it finds: that of the `mpich` wheel, or a site's own.

    Raises:
        TrainingError: mpi4py or an MPI library is not installed.
    """

    def __init__(self) -> None:
        self._mpi = _mpi()
        self._world = self._mpi.COMM_WORLD
        self.rank, self.size = int(self._world.Get_rank()), int(self._world.Get_size())
        here = self._world.Split_type(self._mpi.COMM_TYPE_SHARED)
        self.here = int(here.Get_size())
        """How many of the processes run on this machine."""
        here.Free()

    def all_reduce(self, flat: Array) -> None:
        """Put the sum over all processes in the place of the numbers."""
        if flat.size:
            self._world.Allreduce(self._mpi.IN_PLACE, _sent(flat))

    def broadcast(self, flat: Array) -> None:
        """Put rank 0's numbers in the place of the others'."""
        if flat.size:
            self._world.Bcast(_sent(flat), root=0)

    def barrier(self) -> None:
        """Return when all have come here."""
        self._world.Barrier()

    def abort(self, code: int = 2) -> None:
        """End all processes at once, as this one cannot go on and the others would wait for it."""
        self._world.Abort(code)


def _sent(flat: Array) -> Array:
    """The numbers as MPI knows them: it has none of 16 bits, and sends bits of truth values as bytes."""
    if flat.dtype == np.bool_:
        return flat.view(np.uint8)
    return flat


def _mpi() -> Any:
    try:
        return import_module("mpi4py.MPI")
    except ImportError as error:
        raise TrainingError(
            where="several processes",
            expected="mpi4py and an MPI library",
            actual=str(error),
            hint=f"Install them: {EXTRA}; or mpi4py beside the MPI of your site.",
        ) from error
    except RuntimeError as error:  # mpi4py is there, and finds no library
        raise TrainingError(
            where="several processes",
            expected="an MPI library",
            actual=str(error).split("\n")[0],
            hint=f"Install one: {EXTRA}; or load the module of your site's MPI.",
        ) from error
