"""A tagger that reads one kind of sentence and needs no language model: "The Alpha army still holds Kalinovka, …"."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from monitor.config import Config
from monitor.model import Article, Claim, Factuality, Frame, Speaker, SpeakerKind

_SENTENCE = re.compile(r"The (\w+) army (captured|still holds) (\w+)\b")


class FakeTagger:
    """Reads who holds which village."""

    language = "en"

    def __init__(self, regions: Mapping[str, str]) -> None:
        self._regions = regions

    def tag(self, article: Article) -> list[Claim]:
        """Return one claim a sentence."""
        return [self._claim(article, found) for found in _SENTENCE.finditer(article.text) if found[3] in self._regions]

    def _claim(self, article: Article, found: re.Match[str]) -> Claim:
        army = found[1]
        return Claim(
            id=hashlib.sha256(f"{article.id} {found.start()}".encode()).hexdigest()[:16],
            article=article.id,
            source=article.source,
            region=self._regions[found[3]],
            place=found[3],
            frame=Frame.CONTROL,
            measure="holder",
            speaker=Speaker(f"{army} army", army.lower(), SpeakerKind.NAMED, army.lower()),
            factuality=Factuality.ASSERTED,
            quote=found[0],
            field="text",
            start=found.start(),
            end=found.end(),
            sentence=found[0],
            published=article.published,
            subject=found[3].lower(),
            actor=army.lower(),
            answer="held",
        )


def build(config: Config) -> FakeTagger:
    """Return the tagger for the places of a config."""
    return FakeTagger({place.name: region.name for region in config.regions for place in region.places})
