"""Tracks for the wires between two ranks: which of them runs across at which height, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence

TRACK = 12.0
_SAME = 6.0


def tracks(jogs: Sequence[tuple[int, float, float]]) -> dict[int, int]:
    """Number of the track of each net, from 0 at the top.

    jogs: (net, x where it comes from above, x where it goes on below). Jogs of one net share a track.

    >>> tracks([(1, 0, 50), (2, 50, 90)])
    {2: 0, 1: 1}
    """
    above: dict[int, list[float]] = {}
    below: dict[int, list[float]] = {}
    for net, top, bottom in jogs:
        above.setdefault(net, []).append(top)
        below.setdefault(net, []).append(bottom)
    span = {net: (min(above[net] + below[net]), max(above[net] + below[net])) for net in above}
    later = {
        net: [o for o in above if o != net and any(abs(t - b) < _SAME for t in above[net] for b in below[o])]
        for net in above
    }
    track: dict[int, int] = {}
    for net in _downwards(later):
        first = 1 + max((track[other] for other in track if net in later[other]), default=-1)
        taken = {track[o] for o in track if span[o][0] < span[net][1] + TRACK and span[net][0] < span[o][1] + TRACK}
        track[net] = next(number for number in range(first, first + len(taken) + 1) if number not in taken)
    return track


def _downwards(later: dict[int, list[int]]) -> list[int]:
    """Nets so that each comes before those that must run below it; circles are broken where they are met."""
    waits = dict.fromkeys(later, 0)
    for nets in later.values():
        for net in nets:
            waits[net] += 1
    order: list[int] = []
    left = dict.fromkeys(later)
    while left:
        net = min(left, key=lambda one: waits[one])
        del left[net]
        order.append(net)
        for other in later[net]:
            waits[other] -= 1
    return order
