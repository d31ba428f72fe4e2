"""Earned value (ANSI/EIA-748, ISO 21508) and earned schedule (Lipke): the measures and their null rules.

Amounts are cumulative and in one currency; times are working days of the item's calendar counted
from the start of the baseline. Nothing is rounded. None means "not defined" and is shown as unknown,
never as green. A budget of 0 makes everything None before any other rule.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


def cost_performance(ev: Decimal, ac: Decimal | None) -> Decimal | None:
    """CPI = EV / AC of a budgeted item. None when nothing was booked, or 0."""
    return None if ac is None or ac == ZERO else ev / ac


def _ratio(over: Decimal, under: Decimal) -> Decimal | None:
    return None if under == ZERO else over / under


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """Budget at completion, planned value, earned value and actual cost of one item at one date.

    PV is None where there is no time-phased baseline, AC where no cost was ever booked.
    Source: ANSI/EIA-748, ISO 21508; oracles O1 to O4 in tests/domain/test_earned_value.py.
    """

    bac: Decimal
    pv: Decimal | None
    ev: Decimal
    ac: Decimal | None

    @property
    def budgeted(self) -> bool:
        """Whether there is a budget at all."""
        return self.bac != ZERO

    @property
    def sv(self) -> Decimal | None:
        """SV = EV - PV, in currency; below 0 is late."""
        return self.ev - self.pv if self.budgeted and self.pv is not None else None

    @property
    def cv(self) -> Decimal | None:
        """CV = EV - AC, in currency; below 0 is over cost."""
        return self.ev - self.ac if self.budgeted and self.ac is not None else None

    @property
    def spi(self) -> Decimal | None:
        """SPI = EV / PV. Tends to 1 at completion however late: see `EarnedSchedule.spi_t`."""
        return _ratio(self.ev, self.pv) if self.budgeted and self.pv is not None else None

    @property
    def cpi(self) -> Decimal | None:
        """CPI = EV / AC. None when nothing was booked, or 0."""
        return cost_performance(self.ev, self.ac) if self.budgeted else None

    @property
    def eac_cpi(self) -> Decimal | None:
        """EAC = BAC / CPI: today's cost efficiency goes on. None when CPI is, or is 0."""
        cpi = self.cpi
        return None if cpi is None else _ratio(self.bac, cpi)

    @property
    def eac_atypical(self) -> Decimal | None:
        """EAC = AC + (BAC - EV): the variance so far was a single event."""
        return self.ac + self.bac - self.ev if self.budgeted and self.ac is not None else None

    @property
    def eac_cpi_spi(self) -> Decimal | None:
        """EAC = AC + (BAC - EV) / (CPI x SPI): cost and schedule both drive."""
        cpi, spi = self.cpi, self.spi
        if self.ac is None or cpi is None or spi is None or cpi * spi == ZERO:
            return None
        return self.ac + (self.bac - self.ev) / (cpi * spi)

    @property
    def etc(self) -> Decimal | None:
        """ETC = EAC - AC."""
        eac = self.eac_cpi
        return None if eac is None or self.ac is None else eac - self.ac

    @property
    def vac(self) -> Decimal | None:
        """VAC = BAC - EAC; below 0 is a forecast overrun."""
        eac = self.eac_cpi
        return None if eac is None else self.bac - eac

    @property
    def tcpi_bac(self) -> Decimal | None:
        """TCPI(BAC) = (BAC - EV) / (BAC - AC). None when BAC = AC; negative: not achievable, never good."""
        if not self.budgeted or self.ac is None:
            return None
        return _ratio(self.bac - self.ev, self.bac - self.ac)

    @property
    def tcpi_eac(self) -> Decimal | None:
        """TCPI(EAC) = (BAC - EV) / (EAC - AC)."""
        etc = self.etc
        return None if etc is None else _ratio(self.bac - self.ev, etc)


@dataclass(frozen=True, slots=True)
class PlannedValueCurve:
    """Cumulative planned value at working day 0 … n of the baseline; a straight line between knots.

    `days` strictly ascending and `values` never falling, both beginning with 0. `pd` is the planned
    duration and `bac` the budget.
    """

    days: tuple[int, ...]
    values: tuple[Decimal, ...]
    pd: int
    bac: Decimal

    def at(self, day: int) -> Decimal:
        """PV at the end of working day `day`."""
        after = bisect_right(self.days, day)
        if after == 0:
            return ZERO
        if after == len(self.days):
            return self.values[-1]
        before = after - 1
        run = self.days[after] - self.days[before]
        rise = self.values[after] - self.values[before]
        return self.values[before] + rise * (day - self.days[before]) / run

    def earned_schedule(self, ev: Decimal) -> Decimal | None:
        """ES = C + I: the working day at which what is earned should have been earned.

        None when the budget is 0. EV 0 gives 0, EV >= BAC gives PD. On a flat stretch C is the last
        period with PV <= EV, which credits the pause. Source: Lipke 2003; oracles O5, O6.
        """
        if self.bac == ZERO:
            return None
        if ev <= ZERO:
            return ZERO
        if ev >= self.bac:
            return Decimal(self.pd)
        after = bisect_right(self.values, ev)
        if after == len(self.values):
            return Decimal(self.days[-1])
        before = after - 1
        run = self.days[after] - self.days[before]
        rise = self.values[after] - self.values[before]
        return self.days[before] + (ev - self.values[before]) * run / rise


def planned_value_curve(
    periods: Sequence[tuple[int, Decimal]], pd: int, bac: Decimal
) -> PlannedValueCurve | None:
    """The curve through (0, 0) and the (working day, cumulative PV) of each period end, in day order.

    None when the plan has no duration. Without periods it is a straight line to the budget. Of several
    periods that end on the same working day the last counts; a value below an earlier one is held at
    the earlier one.
    """
    if pd <= 0:
        return None
    knots: dict[int, Decimal] = {0: ZERO}
    highest = ZERO
    for day, value in periods:
        highest = max(highest, value)
        knots[max(day, 0)] = highest
    knots[0] = ZERO
    last = max(knots)
    if last < pd:
        knots[pd] = max(highest, bac)
    days = tuple(sorted(knots))
    return PlannedValueCurve(days, tuple(knots[day] for day in days), pd, bac)


@dataclass(frozen=True, slots=True)
class EarnedSchedule:
    """ES against AT (working days elapsed at the status date) and PD (planned duration), in working days.

    Source: Lipke 2003, 2007; oracles O5 to O7.
    """

    es: Decimal | None
    at: Decimal
    pd: Decimal | None = None

    @property
    def sv_t(self) -> Decimal | None:
        """SV(t) = ES - AT, in working days; below 0 is late."""
        return None if self.es is None else self.es - self.at

    @property
    def spi_t(self) -> Decimal | None:
        """SPI(t) = ES / AT. None when no time has elapsed. Keeps its meaning after the planned finish."""
        return None if self.es is None else _ratio(self.es, self.at)

    @property
    def ieac_t(self) -> Decimal | None:
        """IEAC(t) = PD / SPI(t), in working days. None when nothing is earned."""
        spi_t = self.spi_t
        return None if spi_t is None or self.pd is None else _ratio(self.pd, spi_t)

    @property
    def tspi(self) -> Decimal | None:
        """TSPI = (PD - ES) / (PD - AT): the pace that the rest needs. None when the plan's time is up."""
        if self.es is None or self.pd is None:
            return None
        return _ratio(self.pd - self.es, self.pd - self.at)
