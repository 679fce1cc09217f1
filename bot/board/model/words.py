"""The notation of levels and numbers in all outputs."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from bot.board.model.licenses import CommercialUse, Restriction
from bot.board.model.rating import Availability
from bot.board.model.rubric import Level
from bot.text.catalogue import JoinedText, _

if TYPE_CHECKING:
    from fractions import Fraction

    from bot.board.model.licenses import LicenseTerms
    from bot.board.model.rubric import Rubric
    from bot.text.catalogue import Message

# Shapes, not colours: filled, half filled, empty, nothing there.
GLYPHS = {Level.OPEN: "●", Level.SEMI_OPEN: "◐", Level.CLOSED: "○", Level.NOT_APPLICABLE: "–"}

# Marks behind the glyph of a rating that is disputed, doubtful, or was merged provisionally.
DISPUTED_MARK = "?"
DOUBTFUL_MARK = "~"
PROVISIONAL_MARK = "p"
PROVISIONAL = _("merged while the project had fewer than three maintainers, by one approval")


AVAILABLE = {Availability.YES: _("yes"), Availability.PARTLY: _("partly"), Availability.NO: _("no")}
"""Whether an artifact can be had."""
_RESTRICTIONS = {
    Restriction.USE: _("use"),
    Restriction.MODIFICATION: _("modification"),
    Restriction.REDISTRIBUTION: _("redistribution"),
    Restriction.COMMERCIAL_USE: _("commercial use"),
}
COMMERCIAL_USE = {
    CommercialUse.YES: _("commercial use is permitted"),
    CommercialUse.LIMITED: _("commercial use is limited"),
    CommercialUse.NO: _("no commercial use"),
}


def license_in_words(terms: LicenseTerms) -> Message:
    """Return what a license restricts, and whether commercial use is permitted."""
    commercial = COMMERCIAL_USE[terms.commercial_use]
    if not terms.restricts:
        return _("restricts nothing; %(commercial)s", commercial=commercial)
    kinds = JoinedText(", ", (_RESTRICTIONS[kind] for kind in terms.restricts))
    return _("restricts %(kinds)s; %(commercial)s", kinds=kinds, commercial=commercial)


def parameters_in_words(number: int) -> str:
    """Return a number of parameters with at most two decimals, such as `7.24B` or `125M`."""
    for unit, letter in ((10**9, "B"), (10**6, "M")):
        if round(number * 1000 / unit, 2) >= 1000:  # otherwise 999,999,999 would be 1000M
            return f"{number / unit:.2f}".rstrip("0").rstrip(".") + letter
    return str(number)


def decimal(number: Fraction | None, places: int = 2) -> str:
    """Return an exact number with that many decimal places, halves rounded up; a dash for None (nothing applicable)."""
    if number is None:
        return "–"
    unit = Decimal(1).scaleb(-places)
    return str((Decimal(number.numerator) / Decimal(number.denominator)).quantize(unit, ROUND_HALF_UP))


def shortest(number: Fraction) -> str:
    """Return a whole number without decimals, any other as `decimal` does."""
    return str(number) if number.denominator == 1 else decimal(number)


def category_letters(rubric: Rubric) -> list[str]:
    """Return a letter for each category: the first of its id, or numbers where two have the same."""
    letters = [category.id[0].upper() for category in rubric.categories]
    return letters if len(set(letters)) == len(letters) else [str(number) for number in range(1, len(letters) + 1)]
