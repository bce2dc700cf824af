"""A capacity-constrained power diagram on a raster: who gets which pixel.

Each rode is an ellipse that fits its extent; it grows or shrinks by a weight until its cell
has the area that the facts state. On pixels this is a small sum over arrays, and it holds for
any mask. Everything here is pure: arrays in, arrays out; metres in EPSG:25832.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

LIKELY_LAND = 0.8  # how much rather the mask takes ground where several extents meet
SMOOTH_M = 100.0  # gaps narrower than about this are closed in the mask
REACH_M = 100.0  # a cell may pass its extent by this much, so that no gap is left in the mask
HOLE_M2 = 3e6  # larger holes in the mask are true ones: Frederiksberg
SPECK_M2 = 1e5  # smaller parts of the mask are dropped
HALF = 0.5  # a pixel is in when at least half of what surrounds it is
SPLINTER_ROUNDS = 4
FIRST_WEIGHT = 0.5  # any start will do; this is about where the weights end

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sites:
    """n roder as arrays: metres in EPSG:25832 and square metres."""

    area: Floats
    site: Floats  # (n, 2)
    half: Floats  # (n, 2), half of the extent's width and height
    low: Floats  # (n, 2), the extent's south-west corner
    high: Floats  # (n, 2)


@dataclass(frozen=True)
class Raster:
    """A lattice of square pixels; pixel (row, column) counts from the south-west."""

    west: float
    south: float
    side: float
    rows: int
    columns: int

    def finer(self, side: float) -> Raster:
        """Return the same ground with pixels of another side that divides this one."""
        times = round(self.side / side)
        return Raster(self.west, self.south, side, self.rows * times, self.columns * times)


@dataclass(frozen=True)
class Pairs:
    """Every (pixel, rode) that may be joined, sorted by pixel, and what joining costs."""

    pixel: Ints
    rode: Ints
    cost: Floats


def raster_around(sites: Sites, *, side: float) -> Raster:
    """Return a lattice that covers all extents with room for `REACH_M` on every side."""
    west, south = np.floor((sites.low.min(axis=0) - 2 * REACH_M) / side) * side
    east, north = sites.high.max(axis=0) + 2 * REACH_M
    return Raster(
        float(west), float(south), side, int((north - south) // side), int((east - west) // side)
    )


def pairs_within_reach(
    sites: Sites, raster: Raster, *, reach_m: float, allowed: Flags | None = None
) -> Pairs:
    """Join every pixel with the roder whose extent, widened by `reach_m`, holds its centre.

    The cost is the squared distance from the site in units of half the extent, so that 1 is
    the ellipse that touches the four edges. `allowed` (rows, columns) leaves pixels out.
    """
    east = raster.west + raster.side * (np.arange(raster.columns) + 0.5)
    north = raster.south + raster.side * (np.arange(raster.rows) + 0.5)
    pixels, roder, costs = [], [], []
    for i in range(len(sites.area)):
        across = slice(
            *np.searchsorted(east, [sites.low[i, 0] - reach_m, sites.high[i, 0] + reach_m])
        )
        along = slice(
            *np.searchsorted(north, [sites.low[i, 1] - reach_m, sites.high[i, 1] + reach_m])
        )
        x = (east[across] - sites.site[i, 0]) / sites.half[i, 0]
        y = (north[along] - sites.site[i, 1]) / sites.half[i, 1]
        rows, columns = np.arange(raster.rows)[along], np.arange(raster.columns)[across]
        pixel = (rows[:, None] * raster.columns + columns).ravel()
        pixels.append(pixel)
        roder.append(np.full(pixel.size, i))
        costs.append((y[:, None] ** 2 + x**2).ravel())
    pixel, rode, cost = (np.concatenate(parts) for parts in (pixels, roder, costs))
    if allowed is not None:
        keep = allowed.ravel()[pixel]
        pixel, rode, cost = pixel[keep], rode[keep], cost[keep]
    order = np.argsort(pixel, kind="stable")
    return Pairs(pixel[order], rode[order], cost[order])


def share_out(
    pairs: Pairs,
    raster: Raster,
    capacity: Floats,
    *,
    weights: Floats,
    steps: int,
    may_stay_empty: bool,
) -> tuple[Ints, Floats]:
    """Give each pixel to the rode with the least cost minus weight; seek the weights.

    The weights rise where a cell is smaller than its capacity (square metres) and fall where
    it is larger: dual ascent on the transport problem, whose optimum is a power diagram.
    With `may_stay_empty` a pixel that no rode wants (least value above 0) is left out.

    Returns the owner of each pixel (rows, columns; -1: nobody) and the last weights.

    References
    ----------
    Aurenhammer, F., Hoffmann, F. & Aronov, B. (1998). Minkowski-type theorems and
    least-squares clustering. Algorithmica 20, 61-76.
    Alpers, A. et al. (2015). Generalized balanced power diagrams for 3D representations of
    polycrystals. Philosophical Magazine 95, 1016-1028.
    """
    starts = np.flatnonzero(np.r_[True, pairs.pixel[1:] != pairs.pixel[:-1]])
    per_pixel = np.diff(np.r_[starts, pairs.pixel.size])
    owner = np.full(raster.rows * raster.columns, -1)
    for step in range(steps):
        value = pairs.cost - weights[pairs.rode]
        least = np.minimum.reduceat(value, starts)
        if may_stay_empty:
            least = np.minimum(least, 0.0)
        won = value <= np.repeat(least, per_pixel)
        owner = np.full(raster.rows * raster.columns, -1)
        owner[pairs.pixel[won]] = pairs.rode[won]
        area = np.bincount(owner[owner >= 0], minlength=capacity.size) * raster.side**2
        gain = 0.3 if step < 0.5 * steps else 0.1 if step < 0.8 * steps else 0.03
        weights = weights + gain * np.clip((capacity - area) / capacity, -1.0, 1.0)
    return owner.reshape(raster.rows, raster.columns), weights


def city_mask(sites: Sites, raster: Raster) -> Flags:
    """Return the pixels that belong to the city, about as many as the hectares ask for.

    Each rode first takes its hectares inside its own extent, and ground that nobody takes
    stays out: Frederiksberg, the harbour, the neighbours. Ground where the extents together
    promise full cover is taken first. Then the edge is smoothed, small gaps closed and
    specks dropped.
    """
    pairs = pairs_within_reach(sites, raster, reach_m=0.0)
    filled = sites.area / (4 * sites.half.prod(axis=1))  # share of the extent that is the rode
    promised = np.bincount(
        pairs.pixel, weights=filled[pairs.rode], minlength=raster.rows * raster.columns
    )
    cheaper = Pairs(
        pairs.pixel,
        pairs.rode,
        pairs.cost - LIKELY_LAND * np.minimum(promised[pairs.pixel], 1.0),
    )
    weights = np.full(sites.area.size, FIRST_WEIGHT)
    owner, _ = share_out(
        cheaper, raster, sites.area, weights=weights, steps=200, may_stay_empty=True
    )
    blurred = ndimage.gaussian_filter((owner >= 0).astype(float), SMOOTH_M / raster.side)
    wanted = round(sites.area.sum() / raster.side**2)
    mask = blurred >= np.sort(blurred, axis=None)[-wanted]

    within_reach = np.zeros(mask.size, dtype=bool)
    within_reach[pairs_within_reach(sites, raster, reach_m=REACH_M).pixel] = True
    mask = ~_without_small_parts(~mask, HOLE_M2 / raster.side**2)
    mask &= within_reach.reshape(mask.shape)
    return _without_small_parts(mask, SPECK_M2 / raster.side**2)


def refined(mask: Flags, *, times: int) -> Flags:
    """Return the mask with each pixel split into `times` by `times`, its steps rounded off."""
    if times == 1:
        return mask
    steps = np.kron(mask, np.ones((times, times))).astype(float)
    return np.asarray(ndimage.gaussian_filter(steps, 2.0 * times) >= HALF, dtype=bool)


def _without_small_parts(flags: Flags, pixels: float) -> Flags:
    """Return the flags with every connected part of fewer than `pixels` pixels cleared."""
    labels, _ = ndimage.label(flags)
    size = np.bincount(labels.ravel())
    size[0] = 0
    return np.asarray(size[labels] >= pixels, dtype=bool)


def largest_parts(owner: Ints) -> Ints:
    """Return the owners with all but the largest connected part of each cell set to -1."""
    kept = np.full(owner.shape, -1)
    for i in range(int(owner.max()) + 1):
        labels, parts = ndimage.label(owner == i)
        if parts:
            kept[labels == 1 + int(np.bincount(labels.ravel())[1:].argmax())] = i
    return kept


def in_one_piece(pairs: Pairs, raster: Raster, owner: Ints, weights: Floats) -> Ints:
    """Return the owners (rows, columns) with every cell in one piece.

    A splinter goes to the next best rode within reach, a few times over since it may be a
    splinter there too, and what is left then to the nearest cell. A pixel that no other rode
    reaches is left out of the city.
    """
    for _ in range(SPLINTER_ROUNDS):
        kept = largest_parts(owner)
        lost = (kept < 0).ravel()[pairs.pixel] & (owner.ravel()[pairs.pixel] == pairs.rode)
        pairs = Pairs(pairs.pixel[~lost], pairs.rode[~lost], pairs.cost[~lost])
        owner, _ = share_out(
            pairs, raster, np.ones(weights.size), weights=weights, steps=1, may_stay_empty=False
        )
    kept = largest_parts(owner)
    rows, columns = ndimage.distance_transform_edt(
        kept < 0, return_distances=False, return_indices=True
    )
    return np.where(owner >= 0, kept[rows, columns], -1)
