"""The demo's portfolio: three programmes and their projects, as a table that can be read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Mood(StrEnum):
    """How a project goes, and what it says of itself."""

    CALM = "calm"
    LATE = "late"
    """Amber by schedule, and says so."""
    DEAR = "dear"
    """Amber by cost, and says so."""
    SLIPPED = "slipped"
    """Amber: its milestones have moved."""
    MELON = "melon"
    """Amber inside, declared green."""
    FAILING = "failing"
    """Red by schedule, and says so."""
    OVERSPENT = "overspent"
    """Red by cost, declared green."""
    SILENT = "silent"
    """Stopped reporting: unknown."""
    UNPLANNED = "unplanned"
    """No approved baseline yet: nothing can be computed, it declares a colour."""
    PAUSED = "paused"
    """On hold."""


@dataclass(frozen=True, slots=True)
class Programme:
    code: str
    name: str
    sro: str


@dataclass(frozen=True, slots=True)
class Project:
    """`bac` in millions; `age` and `length` in days, the age counted at the beginning of the story."""

    programme: str
    code: str
    name: str
    tier: int
    stage: str
    currency: str
    calendar: str
    cadence: int
    bac: float
    age: int
    length: int
    mood: Mood


PROGRAMMES: Final = (
    Programme("ATLAS", "Atlas: one finance and supply chain", "H. Lindqvist"),
    Programme("BOREAL", "Boreal: northern grid renewal", "M. Okafor"),
    Programme("CORVUS", "Corvus: customer and cloud platforms", "S. Haddad"),
)

_TABLE: Final = """
ATLAS  HARBOUR   | Harbour ERP               |1|build  |EUR|mon-fri  | 7|18.4|260|520|melon
ATLAS  MERIDIAN  | Meridian Payments         |2|test   |EUR|mon-fri  | 7| 9.6|300|420|failing
ATLAS  NORTHWIND | Northwind Procurement     |2|build  |EUR|mon-fri  | 7| 6.2|210|400|slipped
ATLAS  OPAL      | Opal General Ledger       |1|build  |EUR|mon-fri  |14|12.8|330|600|calm
ATLAS  APOLLO    | Apollo Order-to-Cash      |2|build  |EUR|mon-fri  | 7| 7.5|240|480|calm
ATLAS  LANTERN   | Lantern Master Data       |3|build  |GBP|mon-fri  |14| 2.9|180|360|calm
ATLAS  QUILL     | Quill Contract Archive    |3|design |GBP|mon-fri  | 7| 1.4|150|330|silent
ATLAS  TALLOW    | Tallow Treasury           |3|build  |CHF|mon-fri  |14| 3.3|200|380|calm
ATLAS  KEYSTONE  | Keystone Chart of Accounts|2|test   |EUR|mon-fri  |14| 4.1|310|410|calm
ATLAS  WAYFARER  | Wayfarer Travel & Expense |4|transit|GBP|mon-fri  | 7| 0.9|190|230|calm
ATLAS  SEXTANT   | Sextant Reporting         |3|build  |EUR|mon-fri  | 7| 2.2|160|340|late
ATLAS  PEPPER    | Pepper Supplier Portal    |3|design |USD|mon-fri  |14| 1.8|120|300|calm
ATLAS  CARGO     | Cargo Warehouse Rollout   |2|build  |USD|mon-fri  |14| 8.7|280|560|dear
ATLAS  TIDEMARK  | Tidemark Tax Engine       |3|test   |EUR|mon-fri  |30| 2.6|250|360|calm
ATLAS  FATHOM    | Fathom Planning           |3|build  |EUR|mon-fri  |30| 3.0|220|450|calm
ATLAS  GANTRY    | Gantry Plant Interfaces   |3|build  |PLN|mon-fri  |14| 5.5|170|390|calm
BOREAL AURORA    | Aurora Control Room       |1|build  |SEK|mon-fri  |14|96.0|340|720|calm
BOREAL KESTREL   | Kestrel Substation East   |2|build  |SEK|mon-fri  |14|54.0|290|540|overspent
BOREAL SALTMARSH | Saltmarsh Sea Cable       |2|build  |NOK|every-day|14|71.0|320|640|failing
BOREAL BIRCH     | Birch Smart Meters        |2|rollout|SEK|mon-fri  | 7|43.0|300|500|calm
BOREAL CAIRN     | Cairn Line Upgrade North  |2|build  |NOK|mon-fri  |30|62.0|260|600|calm
BOREAL DRIFT     | Drift Storm Hardening     |3|design |NOK|mon-fri  |30|18.0|130|420|calm
BOREAL EIDER     | Eider Fish Passage        |4|build  |SEK|mon-fri  |30| 4.0|200|330|silent
BOREAL FROST     | Frost Asset Register      |3|test   |EUR|mon-fri  | 7| 1.9|180|260|calm
BOREAL GLACIER   | Glacier Pump Storage      |1|design |NOK|mon-fri  |30|88.0|240|900|calm
BOREAL HEATHER   | Heather Outage Planning   |3|build  |SEK|mon-fri  |14|11.0|220|410|late
BOREAL ISLET     | Islet Microgrids          |3|build  |NOK|every-day|14|23.0|210|440|calm
BOREAL JUNIPER   | Juniper Field Crews App   |3|rollout|EUR|mon-fri  | 7| 2.4|230|310|slipped
BOREAL LICHEN    | Lichen Line Inspection    |4|build  |EUR|mon-fri  | 7| 1.2|150|280|calm
BOREAL MOSS      | Moss Land Rights          |4|initiat|SEK|mon-fri  |30| 6.0| 90|300|unplanned
BOREAL PLOVER    | Plover Substation West    |2|build  |SEK|mon-fri  |14|49.0|270|530|calm
BOREAL RIME      | Rime Winter Spares        |4|build  |SEK|mon-fri  |30| 3.0|160|290|paused
CORVUS COBALT    | Cobalt Customer 360       |1|build  |AED|sun-thu  | 7|31.0|280|520|calm
CORVUS EMBER     | Ember Contact Centre      |2|build  |AED|sun-thu  | 7|14.5|230|430|dear
CORVUS FALCON    | Falcon Identity           |2|test   |USD|sun-thu  | 7| 5.8|260|350|calm
CORVUS GINGER    | Ginger Loyalty            |3|build  |SAR|sun-thu  |14| 9.0|190|370|overspent
CORVUS INDIGO    | Indigo Data Platform      |2|build  |USD|mon-fri  |14| 7.7|310|560|calm
CORVUS JASPER    | Jasper Mobile App         |2|rollout|AED|sun-thu  | 7|12.2|240|470|melon
CORVUS LOTUS     | Lotus Retail Kiosks       |3|build  |SAR|sun-thu  |14| 6.4|170|340|silent
CORVUS MIRAGE    | Mirage Network Refresh    |3|build  |AED|every-day| 7|10.8|200|390|calm
CORVUS NECTAR    | Nectar Billing Migration  |2|build  |USD|sun-thu  |14| 8.9|290|540|calm
CORVUS ORBIT     | Orbit Cloud Landing Zone  |2|rollout|USD|mon-fri  | 7| 4.6|270|360|calm
CORVUS PALM      | Palm Branch Wi-Fi         |4|build  |AED|sun-thu  | 7| 2.5|140|250|calm
CORVUS RAVEN     | Raven Fraud Detection     |2|design |USD|mon-fri  | 7| 3.9|130|380|calm
CORVUS SAFFRON   | Saffron Self-Service      |3|build  |INR|mon-fri  |14|160.|180|360|calm
CORVUS ZEPHYR    | Zephyr Chat Assistant     |4|initiat|INR|mon-fri  |14|45.0| 60|240|unplanned
"""

RATES: Final = {
    "AED": 0.2514, "CHF": 1.0642, "GBP": 1.1718, "INR": 0.01078, "NOK": 0.0862, "PLN": 0.2343,
    "SAR": 0.2462, "SEK": 0.0903, "USD": 0.9236,
}  # fmt: skip
"""What one unit was worth in EUR when the story was written."""

PEOPLE: Final = (
    "A. Moreau", "B. Novak", "C. Eriksen", "D. Rahman", "E. Castellanos", "F. Whitlock", "G. Tanaka",
    "J. Achterberg", "K. Sundaram", "L. Ferreira", "N. Petrov", "P. Kowalska", "R. Al-Amin", "S. Lindqvist",
    "T. Njoroge",
)  # fmt: skip

_STAGES: Final = {"transit": "transition", "initiat": "initiation"}


def _row(line: str) -> Project:
    codes, name, tier, stage, currency, calendar, cadence, bac, age, length, mood = (
        part.strip() for part in line.split("|")
    )
    programme, code = codes.split()
    return Project(
        programme, code, name, int(tier), _STAGES.get(stage, stage), currency, calendar, int(cadence),
        float(bac), int(age), int(length), Mood(mood),
    )  # fmt: skip


PROJECTS: Final = tuple(_row(line) for line in _TABLE.strip().splitlines())
BY_CODE: Final = {project.code: project for project in PROJECTS}
