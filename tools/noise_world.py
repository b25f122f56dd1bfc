"""An invented world without contradictions: ten regions, their events, and what is true of each at any time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

from monitor.model import Article

PASSING = frozenset({"endings", "asides"})  # no stories of their own
START = datetime(2031, 3, 3, 6, tzinfo=UTC)  # a Monday
REGIONS = (
    "Varsk Province", "Telumir Coast", "North Okarev", "Belharan Governorate", "Quodan Valley", "Lower Mirskov",
    "Ardeshov District", "Kivelan Highlands", "Haldenir Island", "Southern Zunavi",
)  # fmt: skip
OUTLETS = (
    "Lantern Wire", "Harbour Post", "Radio Meridian", "The Valley Herald", "Orient Courier", "Channel Six",
    "Morning Ledger", "Frontier Watch", "Daily Compass", "Plain Facts Agency", "Evening Bell", "Union Observer",
)  # fmt: skip
_FIRST = ("Davor", "Selma", "Tarek", "Irina", "Joao", "Amina", "Pavel", "Nadia", "Kofi", "Leyla", "Marek", "Rosa")
_LAST = ("Orlin", "Besov", "Haddar", "Tcheka", "Moravi", "Quent", "Salvik", "Adoma", "Ferrul", "Zaman", "Ilvar")
_HEADS = ("Var", "Tel", "Mok", "Bes", "Dru", "Kal", "Rov", "Zim", "Hal", "Ner", "Ost", "Pel", "Gor", "Lum", "Sav")
_TAILS = ("ovka", "ishte", "anir", "umbe", "ograd", "elin", "asko", "ondra", "uvia", "erlo", "atan", "imari")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DECIMALS = frozenset({"level", "magnitude", "share", "turnout"})
_DAILY = frozenset({"drones", "fever"})  # told anew each day, with the figures of that day
_RELEASES = frozenset({"aid"})  # told by one speaker only, who may correct himself


@dataclass(frozen=True, slots=True)
class Telling:
    """One article's place in the world: the event's kind and phase, when it is told, and what is true then."""

    region: str
    kind: str
    phase: str
    at: datetime
    slots: dict[str, str]


@cache
def stories() -> dict[str, Any]:
    """Return the templates: kind → phase → [title, text]."""
    text = Path(__file__).with_name("noise_stories.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def towns(region: str) -> list[str]:
    """Return a region's invented towns, always the same."""
    chance = random.Random(f"towns of {region}")
    names = [head + tail for head in _HEADS for tail in _TAILS]
    return chance.sample(names, 16)


def watchlist(regions: int = len(REGIONS)) -> dict[str, Any]:
    """Return the config that watches the first so many regions."""
    return {"regions": [{"name": name, "places": towns(name)} for name in REGIONS[:regions]]}


def articles(count: int = 1000, seed: int = 1, regions: int = len(REGIONS)) -> list[Article]:
    """Return `count` articles on so many regions by time; the same for the same arguments."""
    each = -(-count // regions)
    found = [a for name in REGIONS[:regions] for a in _region(name, each, random.Random(f"{seed} {name}"))]
    return sorted(found, key=lambda article: (article.published, article.id))[:count]


def _region(region: str, count: int, chance: random.Random) -> Iterator[Article]:
    told = islice(_tellings(region, chance), count)
    last: Article | None = None
    slug = region.lower().replace(" ", "-")
    for number, telling in enumerate(told):
        id = f"{slug}-{number:03}"
        if last is not None and chance.random() < 0.08:  # a wire copy: another outlet carries the report before
            outlet = chance.choice([name for name in OUTLETS if name != last.source])
            at = last.published + timedelta(minutes=chance.randint(10, 90))
            yield Article(id, outlet, f"https://{slug}.example/{id}", at, last.title, last.text, at)
            continue
        last = _article(id, telling, chance)
        yield last


def _article(id: str, telling: Telling, chance: random.Random) -> Article:
    title, text = chance.choice(stories()[telling.kind][telling.phase])
    ends = chance.sample(stories()["endings"], chance.choice((0, 1, 1, 2)))
    body = "\n\n".join([text, *ends, *_aside(id)]).format(**telling.slots, neighbour=_neighbour(id, telling.region))
    outlet = chance.choice(OUTLETS)
    url = f"https://{outlet.lower().replace(' ', '')}.example/{id}"
    return Article(id, outlet, url, telling.at, title.format(**telling.slots), body, telling.at)


def _aside(id: str) -> list[str]:
    chance = random.Random(f"aside of {id}")
    return [chance.choice(stories()["asides"])] if chance.random() < 0.3 else []


def _neighbour(id: str, region: str) -> str:
    return random.Random(f"neighbour of {id}").choice([name for name in REGIONS if name != region])


def _tellings(region: str, chance: random.Random) -> Iterator[Telling]:
    """Events follow each other, three a day, each kind in a town of its own; two towns stay quiet."""
    kinds = [kind for kind in stories() if kind not in PASSING]
    chance.shuffle(kinds)
    *lively, _, _ = towns(region)
    homes = {kind: chance.sample(lively, len(lively)) for kind in kinds}
    for number, kind in enumerate(cycle(kinds)):
        begun = START + timedelta(hours=8 * number + chance.randint(0, 5))
        home = homes[kind][(number // len(kinds)) % len(lively)]
        yield from _event(region, home, kind, begun, chance)


def _event(region: str, town: str, kind: str, begun: datetime, chance: random.Random) -> Iterator[Telling]:
    facts, names = _facts(chance), _names(region, town, kind)
    for day in range(3 if kind in _DAILY else 1):
        facts = _next_day(facts, chance) if day else facts
        for phase in stories()[kind]:
            facts = _grown(facts, chance) if phase == "later" else facts
            for _ in range(1 if kind in _RELEASES else chance.choice((1, 2, 2, 3))):
                at = _moment(begun, kind, phase, day, chance)
                when = {"day": f"{begun:%A}", "today": f"{at:%A}"}
                yield Telling(region, kind, phase, at, _worded(facts, chance) | names | when)


def _moment(begun: datetime, kind: str, phase: str, day: int, chance: random.Random) -> datetime:
    minutes = timedelta(minutes=chance.randint(0, 59))
    if kind in _DAILY:  # a day's bulletin is told on that day
        return begun.replace(hour=chance.randint(7, 17)) + timedelta(days=day) + minutes
    since = {"first": 0, "later": 40, "last": 64}[phase]
    return begun + timedelta(hours=since + chance.randint(1, 4)) + minutes


def _facts(chance: random.Random) -> dict[str, float]:
    """What is true of an event when it is first told."""
    draw = chance.randint
    return {
        "killed": draw(4, 40), "hurt": draw(45, 160), "children": draw(2, 3), "missing": draw(3, 9),
        "evacuated": draw(120, 600) * 10, "level": draw(21, 49) / 10, "homes": draw(110, 700) * 10,
        "aboard": draw(50, 60), "bruised": draw(5, 8), "hectares": draw(120, 600), "crews": draw(60, 300),
        "contained": draw(20, 70), "magnitude": draw(51, 66) / 10, "depth": draw(6, 40), "crowd": draw(4, 40) * 500,
        "arrested": draw(3, 40), "launched": draw(60, 120), "downed": draw(20, 55), "rest": draw(100, 900),
        "committee": draw(5, 15), "fresh": draw(5, 60), "total": draw(400, 900), "dead": draw(2, 12),
        "counted": draw(20, 60), "share": draw(380, 480) / 10, "turnout": draw(510, 690) / 10, "women": 2,
        "queue": draw(60, 300), "wrong": draw(30, 60) * 100, "right": draw(10, 25) * 100, "held": draw(5, 30),
        "seized": draw(20, 90) * 100,
    }  # fmt: skip


def _grown(facts: dict[str, float], chance: random.Random) -> dict[str, float]:
    """What is true two days later."""
    more = {"killed": facts["killed"] + chance.randint(2, 15), "hectares": facts["hectares"] + chance.randint(80, 900)}
    return facts | more | {"share": facts["share"] + 1.5, "contained": chance.randint(50, 80)}


def _next_day(facts: dict[str, float], chance: random.Random) -> dict[str, float]:
    fresh = chance.randint(5, 60)
    total, dead = facts["total"] + fresh, facts["dead"] + chance.randint(0, 2)
    tonight = {"launched": chance.randint(60, 120), "downed": chance.randint(20, 55)}
    return facts | tonight | {"fresh": fresh, "total": total, "dead": dead}


def _worded(facts: dict[str, float], chance: random.Random) -> dict[str, str]:
    words = {name: _number(name, value, chance) for name, value in facts.items()}
    for name in ("killed", "hurt", "hectares"):
        words[f"{name}_low"] = str(int(facts[name]) // 10 * 10 or 3)
    for name, step in (("evacuated", 100), ("homes", 100), ("hectares", 10)):
        words[f"{name}_about"] = f"{round(facts[name] / step) * step:,}"
    if facts["hurt"] % 10 == 0:
        words["hurt_low"] = str(int(facts["hurt"]) - 5)
    if facts["hectares"] % 10 == 0:
        words["hectares_low"] = str(int(facts["hectares"]) - 5)
    return words | {f"{name}_cap": text[0].upper() + text[1:] for name, text in words.items()}


def _number(name: str, value: float, chance: random.Random) -> str:
    if name in _DECIMALS:
        return f"{value:.1f}"
    whole = int(value)
    return WORDS[whole] if whole < len(WORDS) and chance.random() < 0.6 else f"{whole:,}"


def _names(region: str, town: str, kind: str) -> dict[str, str]:
    """Who speaks, and what is true of a place at all times."""
    land, local = random.Random(f"people of {region}"), random.Random(f"people of {town}")
    past = random.Random(f"{kind} {town}")
    titles = {
        "governor": f"governor {_person(land)}",
        "spokesman": f"police spokesman {_person(land)}",
        "officer": f"army spokesman {_person(land)}",
        "chief": f"fire chief {_person(land)}",
        "mayor": f"mayor {_person(local)}",
        "doctor": f"chief physician {_person(local)}",
    }
    capital = {f"{role}_cap": name[0].upper() + name[1:] for role, name in titles.items()}
    known = {
        "storm_year": str(land.randint(1998, 2019)),
        "storm_old": str(land.randint(60, 300)),
        "people": f"{local.randint(9, 60) * 1000:,}",
        "year": str(past.randint(1998, 2019)),
        "old": str(past.randint(60, 300)),
    }
    quiet = {"other": past.choice(towns(region)[-2:])}
    return titles | capital | known | quiet | {"region": region, "town": town}


def _person(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
