"""Danish numbers and times as columns: read exactly, or not at all.

`725369.15` is refused, since by Danish rule the dot would group thousands and the point
would land 70,000 km away. Times are local to a zone. Twice a year the clock makes a time
that does not exist, which is refused, and times that exist twice, which become an interval
over both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from geo_service.errors import InvalidInput

_DANISH_NUMBER = r"-?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,15})(?:,[0-9]{1,15})?"
_DIRECTIVES = {
    "%d": ("[0-9]{2}", "dd"),
    "%m": ("[0-9]{2}", "mm"),
    "%Y": ("[0-9]{4}", "åååå"),
    "%H": ("[0-9]{2}", "tt"),
    "%M": ("[0-9]{2}", "mm"),
    "%S": ("[0-9]{2}", "ss"),
}
FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Years that a typing error makes (0026, 2206) are not times of incidents."""
_DATE_PARTS = {"%d", "%m", "%Y"}


@dataclass(frozen=True)
class TimeFormat:
    """A strict format of digits and separators, such as `%d-%m-%Y %H:%M`.

    Raises
    ------
    InvalidInput
        If the format has other directives than %d %m %Y %H %M %S, or lacks a part of the date.
    """

    strptime: str

    def __post_init__(self) -> None:
        directives = re.findall("%.?", self.strptime)
        known = set(directives) <= _DIRECTIVES.keys()
        if not known or len(set(directives)) < len(directives) or not self.has_date:
            raise InvalidInput(
                f"Formatet {self.strptime!r} kan ikke bruges: skriv det med %d, %m og %Y, og "
                "eventuelt %H, %M og %S, hver højst én gang."
            )

    @property
    def has_date(self) -> bool:
        """Whether day, month and year are all there."""
        return set(re.findall("%.", self.strptime)) >= _DATE_PARTS

    @property
    def has_hours(self) -> bool:
        """Whether it names a time of day, and not only a date."""
        return "%H" in self.strptime

    @property
    def pattern(self) -> str:
        """A regular expression for exactly this format."""
        pieces = re.split("(%.)", self.strptime)
        return "".join(_DIRECTIVES[p][0] if p in _DIRECTIVES else re.escape(p) for p in pieces)

    @property
    def shown(self) -> str:
        """The format as Danish users know it: `dd-mm-åååå tt:mm`."""
        pieces = re.split("(%.)", self.strptime)
        return "".join(_DIRECTIVES[p][1] if p in _DIRECTIVES else p for p in pieces)


@dataclass(frozen=True)
class LocalTimes:
    """A column of times.

    Attributes
    ----------
    first, last
        UTC, the earliest and latest instant that the text can mean; NaT where it is no
        time. They differ for a date without a time (the whole local day) and for the
        hour that comes twice in autumn.
    nonexistent
        True where the clock jumped over that time in spring.
    ambiguous
        True where the time exists twice.
    odd_year
        True where it is a time, but of a year before `FIRST_YEAR` or after `LAST_YEAR`.
    """

    first: pd.Series[pd.Timestamp]
    last: pd.Series[pd.Timestamp]
    nonexistent: pd.Series[bool]
    ambiguous: pd.Series[bool]
    odd_year: pd.Series[bool]


def parse_numbers(text: pd.Series[str]) -> pd.Series[float]:
    """Convert `725.369,15` to 725369.15; NaN for everything else, `725369.15` included."""
    danish = text.where(text.str.fullmatch(_DANISH_NUMBER))
    english = danish.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(english).astype(float)


def parse_number(text: str) -> float | None:
    """Convert one `725.369,15` to 725369.15; None for everything else."""
    if not re.fullmatch(_DANISH_NUMBER, text):
        return None
    return float(text.replace(".", "").replace(",", "."))


def parse_times(text: pd.Series[str], *, formats: tuple[TimeFormat, ...], zone: str) -> LocalTimes:
    """Read local times by the first format that fits exactly."""
    start = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    whole_day = pd.Series(data=False, index=text.index)
    for format_ in formats:
        fits = text.where(start.isna() & text.str.fullmatch(format_.pattern))
        found = pd.to_datetime(fits, format=format_.strptime, errors="coerce")
        start = start.where(found.isna(), found.astype("datetime64[us]"))
        if not format_.has_hours:
            whole_day |= found.notna()
    odd_year = start.notna() & ~start.dt.year.between(FIRST_YEAR, LAST_YEAR)
    start = start.where(~odd_year)
    end = start.where(~whole_day, start + pd.Timedelta(days=1))
    first = _to_utc(start, zone, summer=True)
    last = _to_utc(end, zone, summer=False)
    is_time = start.notna()
    nonexistent = is_time & (first.isna() | last.isna())
    later = _to_utc(start, zone, summer=False)
    return LocalTimes(
        first=first.where(~nonexistent),
        last=last.where(~nonexistent),
        nonexistent=nonexistent,
        ambiguous=is_time & ~nonexistent & (first != later),
        odd_year=odd_year,
    )


def _to_utc(local: pd.Series[pd.Timestamp], zone: str, *, summer: bool) -> pd.Series[pd.Timestamp]:
    """Convert local times to UTC, taking the summer time (or not) of a time that exists twice."""
    daylight = pd.Series(summer, index=local.index).to_numpy()
    return local.dt.tz_localize(zone, ambiguous=daylight, nonexistent="NaT").dt.tz_convert("UTC")
