"""Units of measure as news writes them, and the one unit each is converted to.

Areas go to km², lengths to km, volumes to litres, masses to tonnes, times to hours, speeds to km/h, power to MW,
temperatures to °C. Money keeps its currency as an ISO 4217 code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.numbers import Token, is_hyphen, key_at, tokenize


@dataclass(frozen=True, slots=True)
class Unit:
    """`value * factor + offset` in `name` is what `value` of this unit is."""

    name: str
    factor: float = 1.0
    offset: float = 0.0


KM2, KM, LITRES, TONNES, HOURS, KMH, MW = "km²", "km", "litres", "tonnes", "hours", "km/h", "MW"
CELSIUS, PERCENT, MAGNITUDE, POINTS = "°C", "percent", "magnitude", "percentage points"
MILE = 1.609344
_SPELLINGS: dict[Unit, str] = {
    Unit(KM2): "km2|km²|sq km|sq. km|sq kms|sqkm|square km|square kilometre|square kilometer|square kilometres|"
    "square kilometers|km sq|kilometres square|kilometers square",
    Unit(KM2, MILE**2): "sq mile|sq miles|sq. miles|sq mi|square mile|square miles",
    Unit(KM2, 1e-6): "m2|m²|sq m|sq metres|square metres|square meters|square metre|square meter",
    Unit(KM2, 0.01): "hectare|hectares|ha",
    Unit(KM2, 0.0040468564224): "acre|acres",
    Unit(KM): "km|kms|kilometre|kilometres|kilometer|kilometers",
    Unit(KM, MILE): "mile|miles|mi",
    Unit(KM, 1.852): "nautical mile|nautical miles|nm",
    Unit(KM, 1e-3): "m|metre|metres|meter|meters",
    Unit(KM, 1e-5): "cm|centimetre|centimetres|centimeter|centimeters",
    Unit(KM, 1e-6): "mm|millimetre|millimetres|millimeter|millimeters",
    Unit(KM, 0.0003048): "ft|foot|feet",
    Unit(KM, 0.0000254): "inch|inches",
    Unit(LITRES): "litre|litres|liter|liters",
    Unit(LITRES, 1000): "cubic metre|cubic metres|cubic meter|cubic meters|m3|m³",
    Unit(LITRES, 3.785411784): "gallon|gallons",
    Unit(LITRES, 158.987294928): "barrel|barrels|bbl|bpd",
    Unit(TONNES): "tonne|tonnes|metric ton|metric tons|metric tonnes",
    Unit(TONNES, 0.90718474): "ton|tons|short tons",
    Unit(TONNES, 1e-3): "kg|kgs|kilo|kilos|kilogram|kilograms|kilogramme|kilogrammes",
    Unit(TONNES, 1e-6): "gram|grams",
    Unit(TONNES, 0.00045359237): "lb|lbs|pound weight",
    Unit(KMH): "km/h|kph|kmh|kmph|kilometres per hour|kilometers per hour|kilometres an hour|kilometers an hour|"
    "km per hour|km an hour",
    Unit(KMH, MILE): "mph|miles per hour|miles an hour",
    Unit(KMH, 1.852): "knots|knot",
    Unit(KMH, 3.6): "metres per second|meters per second|m/s",
    Unit(MW): "mw|megawatt|megawatts",
    Unit(MW, 1000.0): "gw|gigawatt|gigawatts",
    Unit(MW, 1e-3): "kw|kilowatt|kilowatts",
    Unit(CELSIUS): "°c|degrees celsius|degree celsius|degrees c|degrees centigrade|celsius|℃",
    Unit(CELSIUS, 5 / 9, -160 / 9): "°f|degrees fahrenheit|degree fahrenheit|degrees f|fahrenheit|℉",
    Unit(PERCENT): "%|percent|per cent|pct|pc",
    Unit(POINTS): "percentage point|percentage points|point|points",
    Unit(HOURS, 1 / 3600): "second|seconds",
    Unit(HOURS, 1 / 60): "minute|minutes|min|mins",
    Unit(HOURS): "hour|hours|hrs|hr",
    Unit(HOURS, 24): "day|days",
    Unit(HOURS, 168): "week|weeks",
    Unit(HOURS, 730.5): "month|months",
    Unit(HOURS, 8766): "year|years",
    Unit(HOURS, 87660): "decade|decades",
    Unit("USD"): "dollar|dollars|usd|us dollars|u.s. dollars",
    Unit("EUR"): "euro|euros|eur",
    Unit("GBP"): "pounds|pounds sterling|gbp|sterling",
    Unit("RUB"): "rouble|roubles|ruble|rubles|rub",
    Unit("UAH"): "hryvnia|hryvnias|uah",
    Unit("CNY"): "yuan|renminbi|cny",
    Unit("JPY"): "yen|jpy",
    Unit("INR"): "rupees|inr",
    Unit("TRY"): "lira|liras",
    Unit("CHF"): "swiss francs|chf",
    Unit("XOF"): "cfa francs|cfa",
    Unit("ILS"): "shekels|shekel",
    Unit("NGN"): "naira",
    Unit("ZAR"): "rand",
    Unit("KES"): "shillings",
    Unit("BRL"): "reais",
    Unit("MXN"): "pesos",
}
CURRENCY_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₴": "UAH", "₹": "INR", "₺": "TRY",
                  "₪": "ILS", "₦": "NGN"}  # fmt: skip
_SIGN_PREFIXES = {"us": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "nz": "NZD", "hk": "HKD", "s": "SGD"}
CURRENCIES = frozenset(
    {unit.name for unit in _SPELLINGS if len(unit.name) == 3 and unit.name.isupper()}
    | set(CURRENCY_SIGNS.values())
    | set(_SIGN_PREFIXES.values())
)
_CODES = frozenset(name.lower() for name in CURRENCIES)


def _words(spelling: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(spelling))


_UNITS = {_words(spelling): unit for unit, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}
_LONGEST = max(map(len, _UNITS))


def read_unit(tokens: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """The unit that starts at token `at` (a joining hyphen may precede it) and the position after it."""
    start = at + 1 if is_hyphen(tokens, at) else at
    if start >= len(tokens):
        return None
    for length in range(min(_LONGEST, len(tokens) - start), 0, -1):
        unit = _UNITS.get(tuple(tokens[i].key for i in range(start, start + length)))
        if unit is not None:
            return unit, start + length
    return None


def currency_before(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The currency written before the number at `at` ("$", "US$", "USD") and where it starts."""
    key = key_at(tokens, at - 1)
    if key in CURRENCY_SIGNS:
        before = key_at(tokens, at - 2)
        if key == "$" and before in _SIGN_PREFIXES and tokens[at - 2].end == tokens[at - 1].start:
            return _SIGN_PREFIXES[before], at - 2
        return CURRENCY_SIGNS[key], at - 1
    return (key.upper(), at - 1) if key in _CODES and tokens[at - 1].text.isupper() else None
