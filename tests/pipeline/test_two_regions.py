"""Two watched regions, a border between them: each side's outlet tells of its own bank."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations

import pytest

from monitor.cli.rerun import rerun
from monitor.config import parse_config
from monitor.model import Article
from tests.fakes.values import HOUR, NOON

CONFIG = parse_config(
    json.dumps(
        {
            "regions": [
                {"name": "Essequibo", "places": ["Eteringbang"]},
                {"name": "Bolívar", "aliases": ["Bolivar"], "places": ["San Martín de Turumbán"]},
            ],
            "judge": {"model": "none"},
        }
    )
)


def article(id: str, outlet: str, after: timedelta, title: str, text: str) -> Article:
    return Article(id, outlet, f"https://{id}.example/1", NOON + after, title, text)


CAPTURED = article(
    "a1",
    "Demerara Wire",
    timedelta(),
    "Patrol boat held on the Cuyuni",
    "Soldiers from Bolívar captured a patrol boat at Eteringbang on Tuesday, the Guyana Defence Force said.",
)
DENIED = article(
    "a2",
    "Orinoco Post",
    4 * HOUR,
    "Army denies raid across the river",
    "The army denied on Tuesday that its soldiers had captured a patrol boat on the Cuyuni.\n\n"
    "Nobody crossed the river from San Martín de Turumbán, General Luis Pardo said.",
)


@pytest.mark.parametrize("order", list(permutations((CAPTURED, DENIED))), ids=["in time", "late"])
def test_what_one_bank_says_is_held_against_what_the_other_says(order: tuple[Article, ...]) -> None:
    app = rerun(CONFIG, order)

    (conflict,) = app.store.conflicts()
    app.close()
    assert conflict.regions == ("Essequibo", "Bolívar")
    held = {claim.article for position in conflict.positions for claim in position.claims}
    assert held == {"a1", "a2"} and len(conflict.positions) == 2
