"""Money: sums are made in one currency, each amount converted at a dated rate that can be shown."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` was worth `rate` units of `quote` on `as_of`."""

    base: str
    quote: str
    as_of: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class RateBook:
    """Dated rates by pair of currencies, oldest first."""

    pairs: Mapping[tuple[str, str], tuple[Rate, ...]]

    def newest(self, base: str, quote: str, as_of: date) -> Rate | None:
        """The newest rate known for that date; None when there is none on or before it. Never a later one.

        A pair that is only known the other way round is inverted.
        """
        if base == quote:
            return Rate(base, quote, as_of, Decimal(1))
        straight = self._at(base, quote, as_of)
        turned = self._at(quote, base, as_of)
        if turned is None or (straight is not None and straight.as_of >= turned.as_of):
            return straight
        return Rate(base, quote, turned.as_of, 1 / turned.rate)

    def _at(self, base: str, quote: str, as_of: date) -> Rate | None:
        rates = self.pairs.get((base, quote), ())
        count = bisect_right(rates, as_of, key=lambda rate: rate.as_of)
        return rates[count - 1] if count else None

    def convert(self, amount: Decimal, base: str, quote: str, as_of: date) -> Decimal | None:
        """`amount` of `base` in `quote`; None without a rate: it then counts by number only."""
        rate = self.newest(base, quote, as_of)
        return None if rate is None else amount * rate.rate


def rate_book(rates: Iterable[Rate]) -> RateBook:
    """A book of these rates; rates of 0 or less are not rates."""
    pairs: dict[tuple[str, str], list[Rate]] = {}
    for rate in sorted(rates, key=lambda each: each.as_of):
        if rate.rate > 0:
            pairs.setdefault((rate.base, rate.quote), []).append(rate)
    return RateBook({pair: tuple(each) for pair, each in pairs.items()})
