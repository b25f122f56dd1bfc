"""The installed taggers, one a language: what the bundled one cannot read, another package's may."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from monitor.config import Config
from monitor.errors import ModelError
from monitor.model import Article, Claim
from monitor.ports import Tagger
from monitor.text.languages import DEFAULT, language_code

GROUP = "counterclaim.taggers"
OWN = "counterclaim"


def registered() -> dict[str, EntryPoint]:
    """Return the factory for each language; one that was installed beside ours was installed to be used."""
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=_by_others_last):
        found[point.name.lower()] = point
    return found


def languages() -> frozenset[str]:
    """Return the languages that can be read, without loading a model."""
    return frozenset(registered()) | {DEFAULT}


def _by_others_last(point: EntryPoint) -> tuple[bool, str]:
    return (point.dist is not None and point.dist.name != OWN, point.value)


class TaggerByLanguage:
    """Reads each article by the tagger of its language, loaded when its first article comes."""

    language = "*"

    def __init__(self, config: Config) -> None:
        self._config = config
        self._points = registered()
        self._loaded: dict[str, Tagger] = {}

    def tag(self, article: Article) -> list[Claim]:
        """Return the article's claims; none for a language without a tagger. Raises ModelError."""
        code = language_code(article.language)
        return self.of(code).tag(article) if code == DEFAULT or code in self._points else []

    def of(self, language: str) -> Tagger:
        """Return the tagger of a language. Raises ModelError when what is registered for it cannot be loaded."""
        if language not in self._loaded:
            self._loaded[language] = self._load(language)
        return self._loaded[language]

    def _load(self, language: str) -> Tagger:
        point = self._points.get(language)
        if point is None:  # the package runs from its source, without having been installed
            from monitor.claims.tagger import build_tagger

            return build_tagger(self._config)
        try:
            factory = cast("Callable[[Config], Tagger]", point.load())
        except (ImportError, AttributeError) as error:
            raise ModelError("tagger-cannot-be-loaded", str(error), f"{point.name} = {point.value}") from error
        return factory(self._config)
