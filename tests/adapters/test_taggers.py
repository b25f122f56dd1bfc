"""Each article is read by the tagger of its language, and a package beside ours can bring one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.adapters.taggers import TaggerByLanguage, languages
from monitor.app import App, open_app
from monitor.claims.tagger import EnglishTagger
from monitor.cli.drain import drain
from monitor.config import AlertPolicy, Config, FetchPolicy, Region
from monitor.errors import ModelError
from monitor.model import Source
from tests.fakes.loopback import Answer, Item, Loopback, article_page
from tests.fakes.values import an_article

FRENCH = [
    "Les rebelles tiennent Montclair depuis mardi, selon le préfet, et la route du nord est coupée.",
    "Les habitants ont quitté leurs maisons dans la nuit et attendent des nouvelles de leurs voisins.",
    "La mairie a ouvert une école pour les familles qui ne savent pas où dormir avant la fin de la semaine.",
]
TOY = '''
from tests.fakes.values import a_claim


class ToyTagger:
    """Claims one thing of every article that says "tiennent"."""

    language = "fr"

    def __init__(self, region):
        self.region = region

    def tag(self, article):
        at = article.text.find("tiennent")
        if at < 0:
            return []
        place = {"quote": "tiennent", "start": at, "end": at + 8, "region": self.region, "source": article.source}
        return [a_claim("fr-" + article.id, article.id, published=article.published, **place)]


def build(config):
    return ToyTagger(config.regions[0].name)
'''


def install(folder: Path, points: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package with these entry points beside ours, as pip would."""
    info = folder / "toy_tagger-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-tagger\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[counterclaim.taggers]\n{points}\n")
    (folder / "toy_tagger.py").write_text(TOY)
    monkeypatch.syspath_prepend(folder)


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tagger for French is installed."""
    install(tmp_path / "site", "fr = toy_tagger:build", monkeypatch)


CONFIG = Config(regions=(Region("Montclair"),))


@pytest.mark.usefixtures("french")
def test_an_article_goes_to_the_tagger_of_its_language() -> None:
    tagger = TaggerByLanguage(CONFIG)
    (claim,) = tagger.tag(an_article(text=FRENCH[0], language="fr-FR"))

    assert claim.id.startswith("fr-") and {"en", "fr"} <= languages()
    assert isinstance(tagger.of("en"), EnglishTagger)


def test_without_a_tagger_for_its_language_an_article_has_no_claims() -> None:
    assert TaggerByLanguage(CONFIG).tag(an_article(text="Montclair est tenue.", language="fr")) == []


def test_a_tagger_for_english_that_was_installed_beside_ours_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "en = toy_tagger:build", monkeypatch)

    assert not isinstance(TaggerByLanguage(CONFIG).of("en"), EnglishTagger)


def test_a_tagger_that_cannot_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "de = toy_tagger:no_such_factory", monkeypatch)

    with pytest.raises(ModelError, match="de = toy_tagger:no_such_factory"):
        TaggerByLanguage(CONFIG).of("de")


@pytest.fixture
def french_wire() -> Iterator[Loopback]:
    """An outlet whose pages are French and say so."""
    with Loopback() as web:
        page = article_page("Montclair tenue par les rebelles", FRENCH).replace(b'lang="en"', b'lang="fr"')
        link = web.answer("/1", Answer(200, page, {"Content-Type": "text/html; charset=utf-8"}))
        web.feed("/feed.xml", [Item("Montclair tenue", link)])
        yield web


def run_once(web: Loopback, folder: Path) -> App:
    """Take what the outlet lists through all the stages."""
    config = Config(
        regions=(Region("Montclair"),),
        sources=(Source("Gazette", web.url("/feed.xml")),),
        alerts=AlertPolicy(),
        storage=f"sqlite:///{folder / 'store.db'}",
        fetch=FetchPolicy(allow_private=True),
    )
    app = open_app(config)
    asyncio.run(drain(app))
    return app


@pytest.mark.usefixtures("french")
def test_the_daemon_reads_pages_of_every_language_that_has_a_tagger(french_wire: Loopback, tmp_path: Path) -> None:
    app = run_once(french_wire, tmp_path)

    (claim,) = app.store.claims()
    assert (claim.quote, claim.source) == ("tiennent", "Gazette")
    app.close()


def test_a_page_in_a_language_that_nobody_reads_is_stored_unread(french_wire: Loopback, tmp_path: Path) -> None:
    app = run_once(french_wire, tmp_path)

    assert app.store.counts()["article"] == {"unread": 1} and not list(app.store.claims())
    app.close()
