"""What numbers, addresses and plates look like that point at one person; Danish manner.

Every pattern is run on normalised text (see `log_guard`), is linear in its length, and errs
towards finding too much.
"""

from __future__ import annotations

import re
from typing import Final

PLACE_MARK: Final = "\ue000"
"""Stands for each character of a known place's name."""

_CLOCK: Final = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
_YEAR: Final = r"(?:19|20)\d\d"
HARMLESS: Final = re.compile(
    rf"(?<!\d){_CLOCK}\s?[-–]\s?{_CLOCK}(?!\d)"
    rf"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])[.\-/](?:0?[1-9]|1[0-2])[.\-/]{_YEAR}(?!\d)"
    rf"|(?<!\d){_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?<!\d){_YEAR}\s?[-–]\s?{_YEAR}(?!\d)"
)
"""Times and dates: digits that are no telephone number."""

_PAIRS: Final = r"[ .\-–/]?".join([r"\d\d"] * 4)
PHONE: Final = re.compile(
    r"(?:\+|(?<!\d)00)\d{1,3}(?:[ .\-–/()]{0,2}\d){6,12}(?!\d)"
    rf"|(?<!\d){_PAIRS}(?!\d)"
    r"|(?<!\d)\d{4}[ .\-–]\d{4}(?!\d)"
    r"|(?<!\d)\d{3}[ .\-–]\d{2}[ .\-–]\d{3}(?!\d)"
)
EMAIL: Final = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\]|\ssnabel-?a\s)\s?[\w-]{1,63}\.\w{2,}", re.IGNORECASE
)
LINK: Final = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\w)@\w{2,}"
    r"|\b(?:snap(?:chat)?|insta(?:gram)?|tiktok|facebook|discord)\s?[:=]\s?\S+",
    re.IGNORECASE,
)

_NO_LETTERS: Final = "kl nr ca på af de er vi og du at om år ud op to en et ok se så ni ti ad bl"
_NOT_LOWER: Final = rf"(?!(?:{'|'.join(_NO_LETTERS.split())})(?![a-zæøå]))"
PLATE: Final = re.compile(
    r"(?<![^\W_])(?:"
    r"[A-ZÆØÅ]{2}[ .\-]?\d{2}[ .\-]?\d{3}"
    rf"|(?i:{_NOT_LOWER}[a-zæøå]{{2}}[ .\-]?\d{{2}}[ .\-]?\d{{3}})"
    rf"|[A-ZÆØÅ]{{2}}[ .\-]?(?!{_YEAR})\d{{4}}"
    r"|(?!SSP|TMF|BUF|SOF|BIF|DSB|ØKF)[A-ZÆØÅÄÖ]{3}[ \-]?\d{2}[\dA-Z]"
    r")(?![^\W_])"
)

_STREET: Final = (
    r"(?:vej|vejen|gade|gaden|allé|alle|alléen|plads|pladsen|stræde|strædet|boulevard|boulevarden|"
    r"park|parken|vænge|vænget|torv|torvet|have|haven|bakke|bakken|sti|stien|gård|gården|gårde|"
    r"toften|vang|vangen|lunden|kollegiet|hus|huset)"
)
_COUNTED: Final = (
    r"(?:unge|yngre|ældre|drenge|piger|personer|børn|voksne|mennesker|minutter|min|timer|gange|"
    r"besøg|stk|biler|scootere|knallerter|cykler|grupper|hold|medarbejdere|betjente|aftener|dage|%)"
)
_NUMBER: Final = rf"\d{{1,3}}(?:\s?[a-zæøå]\b)?(?!\d|[.:]\d\d|\s?{_COUNTED}(?!\w))"
ADDRESS: Final = re.compile(
    rf"(?:\w{_STREET}|(?<!\w){_STREET}|{PLACE_MARK})\s?,?\s?(?:nr\.?\s?|nummer\s|opgang\s)?{_NUMBER}"
    r"|\b(?:opgang|opg\.|husnummer|hus\snr\.?|lejlighed|lejl\.)\s?\d{1,3}"
    r"|\b(?:st|\d{1,2})(?:\.|\.?\s?sal|,|\s)\s?,?\s?(?:tv|th|mf)\b",
    re.IGNORECASE,
)
