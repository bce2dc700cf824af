"""What the evening board says: need per cell, gaps, who is where; numbers already in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from maps import danish, page, palette
from maps.evening_finding import HALF, finding, holes
from maps.evening_need import NOTHING, Need, Slot, read_needs, read_slots

GAPS_NAMED = 3


@dataclass(frozen=True)
class Board:
    """The week: slots in order, areas in order, need and plan by slot and area."""

    slots: list[Slot]
    areas: list[tuple[str, str, str]]
    """Code, name and kind of each part of the area."""
    need: dict[tuple[int, str], Need]
    plan: dict[int, list[dict[str, Any]]]
    gap_from: float

    @classmethod
    def of(
        cls,
        *,
        slots: pd.DataFrame,
        coverage: gpd.GeoDataFrame,
        need: pd.DataFrame,
        plan: pd.DataFrame,
        gap_from: float,
    ) -> Board:
        """Read the frames of `maps.evening.evening_page`, already checked."""
        rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in plan.sort_values(["slot_id", "agency", "team"]).to_dict("records"):
            rows[int(row["slot_id"])].append({str(k): v for k, v in row.items()})
        areas = [
            (str(code), str(name), str(kind))
            for code, name, kind in zip(
                coverage["code"], coverage["name"], coverage["kind"], strict=True
            )
        ]
        return cls(read_slots(slots), areas, read_needs(need), dict(rows), gap_from)

    @property
    def slot_ids(self) -> list[int]:
        """Ids of the slots in time order."""
        return [slot.id for slot in self.slots]

    def needed(self, slot: int, area: str) -> Need:
        """Return the need of an area in a slot."""
        return self.need.get((slot, area), NOTHING)

    def total(self, slot: int) -> float:
        """Return the expected incidents of all areas in a slot."""
        return sum(self.needed(slot, code).expected for code, _, _ in self.areas)

    def gaps(self, slot: int) -> list[int]:
        """Return which areas (by row) have nobody and need, greatest need first.

        An area is a gap in every slot of a stretch in which nobody is there and `gap_from`
        incidents or more are expected in all: as on the board of an agreement.
        """
        return self._gaps.get(slot, [])

    @cached_property
    def _gaps(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        manned = {
            slot.id: {str(row["area_code"]) for row in self.plan.get(slot.id, [])}
            for slot in self.slots
        }
        for i, (code, _, _) in enumerate(self.areas):
            for (_, is_manned), stretch in groupby(
                self.slots, key=lambda slot: (slot.evening, code in manned[slot.id])
            ):
                ids = [slot.id for slot in stretch]
                expected = sum(self.needed(slot, code).expected for slot in ids)
                if not is_manned and expected >= self.gap_from:
                    for slot in ids:
                        found[slot].append(i)
        return {
            slot: sorted(rows, key=lambda i: -self.needed(slot, self.areas[i][0]).expected)
            for slot, rows in found.items()
        }

    def joint(self, slot: int) -> bool:
        """Tell whether police and street team stand together somewhere in a slot."""
        return any(bool(row["joint"]) for row in self.plan.get(slot, []))

    def start(self) -> int | None:
        """Return the slot with the greatest need of the first evening."""
        if not self.slots:
            return None
        first = [slot for slot in self.slots if slot.evening == self.slots[0].evening]
        return max(first, key=lambda slot: self.total(slot.id)).id

    def _worst_gaps(self) -> list[tuple[Slot, int]]:
        """Return the greatest gap of each area that has one, greatest first."""
        found = [(slot, area) for slot in self.slots for area in self.gaps(slot.id)]
        found.sort(key=lambda gap: -self.needed(gap[0].id, self.areas[gap[1]][0]).expected)
        worst: dict[int, tuple[Slot, int]] = {}
        for slot, area in found:
            worst.setdefault(area, (slot, area))
        return list(worst.values())

    def finding(self) -> str:
        """Return the answer of the slot that the page begins with."""
        start = self.start()
        return "Der er ingen aftener i planen endnu." if start is None else finding(self, start)

    def peak(self) -> Slot | None:
        """Return the slot with the greatest need of the week."""
        return max(self.slots, key=lambda slot: self.total(slot.id), default=None)

    def _cell(self, slot: Slot, levels: dict[int, int]) -> dict[str, Any]:
        total, gaps, joint = self.total(slot.id), self.gaps(slot.id), self.joint(slot.id)
        spoken = [slot.words, f"behov {danish.number(total)}"]
        if gaps:
            spoken.append(holes(len(gaps)))
        if joint:
            spoken.append("fælles")
        return {
            "slot": slot.id,
            "need": danish.number(total) if total >= HALF else "·",
            "level": levels[slot.id],
            "gap": len(gaps),
            "joint": joint,
            "spoken": ", ".join(spoken),
        }

    def _levels(self) -> dict[int, int]:
        totals = [self.total(slot.id) for slot in self.slots]
        top = max(totals, default=0.0) or 1.0
        levels = palette.classes(np.array(totals) / top, (0.2, 0.4, 0.6, 0.8))
        return dict(zip(self.slot_ids, (int(level) for level in levels), strict=True))

    def for_template(self) -> dict[str, Any]:
        """Return what the page shows without a script."""
        columns: list[str] = []
        for slot in sorted(
            self.slots, key=lambda s: s.starts_at - pd.Timestamp(s.evening, tz=danish.ZONE)
        ):
            if slot.label not in columns:
                columns.append(slot.label)
        levels = self._levels()
        cells = {(s.evening, s.label): self._cell(s, levels) for s in self.slots}
        evenings = list(dict.fromkeys(slot.evening for slot in self.slots))
        return {
            "finding": self.finding(),
            "peak": self._peak(),
            "slots_last": len(self.slots) - 1,
            "gap_from": danish.estimate(self.gap_from),
            "columns": columns,
            "rows": [
                {
                    "evening": danish.weekday(evening).partition(".")[0],
                    "cells": [cells.get((evening, label)) for label in columns],
                }
                for evening in evenings
            ],
            "gaps": [
                {
                    "slot": slot.id,
                    "area": area,
                    "text": f"{danish.weekday(slot.evening).partition(' ')[0]} {slot.label} "
                    f"{self.areas[area][1]}",
                }
                for slot, area in self._worst_gaps()[:GAPS_NAMED]
            ],
            "plan_rows": self._plan_rows(),
            "need_head": ["Område", "Aften", *columns],
            "need_rows": self._need_rows(evenings, columns),
        }

    def _peak(self) -> dict[str, Any] | None:
        """Return the slot and the words of the week's peak."""
        peak = self.peak()
        if peak is None:
            return None
        day = danish.weekday(peak.evening).partition(" ")[0]
        return {"slot": peak.id, "text": f"{day} {peak.label}"}

    def _plan_rows(self) -> list[dict[str, Any]]:
        names = {code: name for code, name, _ in self.areas}
        rows: list[dict[str, Any]] = []
        for slot in self.slots:
            for row in self.plan.get(slot.id, []):
                need = self.needed(slot.id, str(row["area_code"]))
                form = f"{row['form']}, fælles ●" if row["joint"] else str(row["form"])
                rows.append(
                    page.row(
                        slot.id,
                        page.cell(slot.words),
                        page.cell(row["team"], row["agency"]),
                        page.cell(names[str(row["area_code"])]),
                        page.cell(form),
                        page.cell(need.words, f"talt {danish.number(need.n)}"),
                        page.cell(row["reason"]),
                    )
                )
        return rows

    def _need_rows(self, evenings: list[date], columns: list[str]) -> list[dict[str, Any]]:
        at = {(slot.evening, slot.label): slot.id for slot in self.slots}
        gaps = {slot.id: set(self.gaps(slot.id)) for slot in self.slots}
        rows = []
        for i, (code, name, _) in enumerate(self.areas):
            for evening in evenings:
                cells = [page.cell(name), page.cell(danish.weekday(evening))]
                for label in columns:
                    slot = at.get((evening, label))
                    text = "–" if slot is None else self.needed(slot, code).words
                    is_gap = slot is not None and i in gaps[slot]
                    cells.append(page.cell(f"▲ {text}", css="gap") if is_gap else page.cell(text))
                rows.append(page.row(i, *cells))
        return rows

    def for_script(self) -> dict[str, Any]:
        """Return the same for the script: slots, areas, need and plan by slot."""
        index = {code: i for i, (code, _, _) in enumerate(self.areas)}
        return {
            "start": self.start(),
            "areas": [{"name": name, "kind": kind} for _, name, kind in self.areas],
            "slots": [
                {
                    "id": slot.id,
                    "words": slot.words,
                    "finding": finding(self, slot.id),
                    "label": slot.label,
                    "evening": slot.evening.isoformat(),
                    "eveningWords": danish.weekday(slot.evening),
                    "total": _total(self.total(slot.id)),
                    "gaps": self.gaps(slot.id),
                    "need": [self._script_need(slot.id, code) for code, _, _ in self.areas],
                    "plan": [
                        {
                            "team": str(row["team"]),
                            "police": str(row["agency"]) == "politi",
                            "area": index[str(row["area_code"])],
                            "form": str(row["form"]),
                            "joint": bool(row["joint"]),
                            "reason": str(row["reason"]),
                        }
                        for row in self.plan.get(slot.id, [])
                    ],
                }
                for slot in self.slots
            ],
        }

    def _script_need(self, slot: int, code: str) -> dict[str, Any]:
        need = self.needed(slot, code)
        return {
            "value": round(need.expected, 3),
            "words": need.words,
            "n": danish.number(need.n),
        }


def _total(count: float) -> str:
    return danish.number(count) if count >= HALF else "under 1"
