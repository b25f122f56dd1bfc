"""A tagger that reads one kind of sentence and needs no language model: "The Alpha army controls Village7."."""

from __future__ import annotations

import hashlib
import re

from monitor.config import Config
from monitor.model import Article, Claim, Factuality, Frame, Speaker, SpeakerKind

_SENTENCE = re.compile(r"The (\w+) army (controls) (\w+)\.")


class FakeTagger:
    """Reads who controls which village."""

    language = "en"

    def __init__(self, region: str) -> None:
        self._region = region

    def tag(self, article: Article) -> list[Claim]:
        """Return one claim a sentence."""
        return [self._claim(article, found) for found in _SENTENCE.finditer(article.text)]

    def _claim(self, article: Article, found: re.Match[str]) -> Claim:
        army = found[1]
        return Claim(
            id=hashlib.sha256(f"{article.id} {found.start()}".encode()).hexdigest()[:16],
            article=article.id,
            source=article.source,
            region=self._region,
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
    """Return the tagger for the config's first region."""
    return FakeTagger(config.regions[0].name)
