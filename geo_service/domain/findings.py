"""What a check found: a Danish sentence, the rule it comes from, and what it is about.

A finding that blocks says why something is not taken as it is; the others are told and left to
people. Checks return findings and raise nothing, so that a plan shows all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geo_service.domain.vocabulary import PLAN_RULES
from geo_service.errors import InvalidInput
from geo_service.messages import Message, Opening, _, sentences


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    Attributes
    ----------
    rule
        A key of `vocabulary.PLAN_RULES`.
    text
        One or two Danish sentences: what was found, and how to mend it. Of what blocks, a
        `Message`: it may be told as an error on a page of another language.
    about
        Codes of the members, teams, areas or offers it is about.
    evening
        The evening it is about, if it is about one.
    blocks
        Whether what was checked must not be stored or agreed as it is.
    """

    rule: str
    text: str
    about: tuple[str, ...] = ()
    evening: date | None = None
    blocks: bool = False

    def __post_init__(self) -> None:
        if self.rule not in PLAN_RULES:
            raise ValueError(f"There is no rule {self.rule!r}.")

    @property
    def said(self) -> Message:
        """The finding under its rule; in the reader's language where its text is a message."""
        return _("%(rule)s: %(text)s", rule=Opening(_(PLAN_RULES[self.rule])), text=self.text)

    def __str__(self) -> str:
        return str(self.said)


def refuse(findings: Iterable[Finding]) -> None:
    """Raise InvalidInput with the sentences of all findings that block; do nothing without.

    Raises
    ------
    InvalidInput
        If any finding blocks.
    """
    if blocking := [one.said for one in findings if one.blocks]:
        raise InvalidInput(sentences(blocking))
