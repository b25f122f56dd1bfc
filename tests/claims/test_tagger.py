"""Articles become claims: quotes, speakers, clauses, budget, and what is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.claims.tagger import MOST_NEIGHBOURS, EnglishTagger, Skipped, build_tagger
from monitor.claims.worth import allowed
from monitor.config import Config, PlaceName, Region
from monitor.model import Article, Claim, Factuality, Frame, SpeakerKind

REGION = Region("Varn Province", ("Varn",), (PlaceName("Dolsk"), PlaceName("Merin"), PlaceName("Orlec")))
TAGGER = EnglishTagger(Config(regions=(REGION,)))
NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


def article(text: str, title: str = "Varn Province", language: str | None = None) -> Article:
    return Article("a1", "Varn Gazette", "https://gazette.example/1", NOON, title, text, language=language)


def claims(text: str, title: str = "Varn Province") -> list[Claim]:
    return [claim for claim in TAGGER.tag(article(text, title)) if claim.field == "text"]


def test_a_sentence_with_one_claim_is_quoted_whole() -> None:
    (claim,) = claims("Rebels captured Dolsk on Tuesday, the army said.")
    assert claim.quote == "Rebels captured Dolsk on Tuesday, the army said."
    assert (claim.region, claim.place) == ("Varn Province", "Dolsk")


def test_opposed_statements_in_one_sentence_are_two_claims_with_disjoint_quotes() -> None:
    first, second = claims("Moscow said its troops had captured Merin, while Kyiv denied that the town had fallen.")
    assert first.end <= second.start
    assert (first.speaker.side, second.speaker.side) == ("russia", "ukraine")


def test_he_said_and_it_added_point_back_to_the_speaker_named_before() -> None:
    text = (
        "The defence ministry said rebels had left Merin. It added that six men were killed.\n\n"
        'The mayor of Dolsk, Oleg Marin, said the bridge was closed. "The water is still rising," he said.'
    )
    speakers = [claim.speaker.key for claim in claims(text)]
    assert speakers == ["defence ministry", "defence ministry", "oleg marin", "oleg marin"]


def test_a_quotation_over_two_sentences_belongs_to_whoever_is_named_after_it() -> None:
    found = claims('"The rebels came into Merin at night. They burned the school," said Oleg Marin, a teacher.')
    assert {claim.speaker.name for claim in found} == {"Oleg Marin"}


def test_reported_speech_runs_on_in_the_pluperfect() -> None:
    found = claims("The ministry reported hitting a depot in Merin. Two warehouses had burned down as well.")
    assert found[-1].speaker.key == "ministry"


def test_a_spokesman_speaks_with_the_voice_of_whom_he_speaks_for_and_not_of_the_enemy_just_named() -> None:
    found = claims(
        "Ukrainian troops hold Merin, the General Staff said, rejecting a Russian report.\n\n"
        '"Russian troops have not entered Merin," a spokesman for the General Staff said.'
    )
    assert {claim.voice for claim in found} == {"general staff"}
    assert {claim.speaker.side for claim in found if claim.speaker.name.startswith("a spokesman")} == {None}


def test_a_spokesman_for_an_army_of_which_nobody_has_heard_is_one_outlet_s_own() -> None:
    (claim,) = claims("Troops hold Merin, a spokesman for the army said.")
    assert claim.voice == "army@Varn Gazette"


def test_a_plain_sentence_is_said_by_the_outlet() -> None:
    (claim,) = claims("A bridge in Orlec collapsed.")
    assert claim.speaker.kind is SpeakerKind.OUTLET
    assert claim.speaker.name == "Varn Gazette"


def test_a_headline_names_its_speaker_before_a_colon_or_at_the_end() -> None:
    before = TAGGER.tag(article("Nothing else.", "Governor: fourteen dead in Merin"))
    after = TAGGER.tag(article("Nothing else.", "Fourteen dead in Merin, police say"))
    assert before[0].speaker.key == "governor"
    assert after[0].speaker.key == "police"


def test_killed_and_wounded_in_one_clause_are_two_figures() -> None:
    found = {claim.measure: claim.quantity for claim in claims("The blast in Merin killed 14 people and wounded 30.")}
    assert {measure: q.low for measure, q in found.items() if q} == {"killed": 14, "wounded": 30}


def test_a_dateline_is_no_part_of_the_quote() -> None:
    (claim,) = claims("MERIN, March 12 (VNA) — Rebels captured Dolsk.")
    assert claim.quote == "Rebels captured Dolsk."


def test_hedged_sentences_are_tagged_with_what_lowers_them() -> None:
    (claim,) = claims("Rebels may have captured Dolsk.")
    assert (claim.factuality, claim.hedges) == (Factuality.POSSIBLE, ("may",))


def test_an_article_that_names_no_watched_region_has_no_claims() -> None:
    traced = TAGGER.trace(article("Rebels captured Sarnow on Tuesday.", "Far away"))
    assert {tagged.skipped for tagged in traced} == {Skipped.NO_REGION}


def test_an_article_in_another_language_is_left_to_other_taggers() -> None:
    traced = TAGGER.trace(article("Les rebelles ont pris Dolsk.", language="fr"))
    assert {tagged.skipped for tagged in traced} == {Skipped.LANGUAGE}


def test_a_claim_knows_which_other_watched_regions_its_article_names() -> None:
    other, third = Region("Tessel Coast"), Region("Brakka")
    tagger = EnglishTagger(Config(regions=(REGION, other, third)))
    text = "Rebels captured Dolsk, the army said. Guards on Tessel Coast said that they had fired at nobody."

    found = {claim.region: claim.neighbours for claim in tagger.tag(article(text))}

    assert found == {"Varn Province": ("Tessel Coast",), "Tessel Coast": ("Varn Province",)}


def test_a_round_up_of_the_world_has_few_neighbours() -> None:
    names = ("Dolsk", "Merin", "Orlec", "Tessel", "Brakka", "Ilvar", "Sanno")
    tagger = EnglishTagger(Config(regions=tuple(Region(name) for name in names)))
    text = " ".join(f"Rebels captured {name} on Tuesday, the army said." for name in names)

    assert {len(claim.neighbours) for claim in tagger.tag(article(text))} == {MOST_NEIGHBOURS}


def test_where_a_report_was_filed_is_no_neighbour() -> None:
    tagger = EnglishTagger(Config(regions=(REGION, Region("Tessel"))))

    found = tagger.tag(article("TESSEL (Varn Gazette) — Rebels captured Dolsk on Tuesday, the army said."))

    assert [claim.neighbours for claim in found if claim.field == "text"] == [()]


def test_topics_keep_other_frames_out() -> None:
    watch = Region("Varn Province", (), (PlaceName("Merin"),), topics=frozenset({Frame.CASUALTIES}))
    found = build_tagger(Config(regions=(watch,))).tag(
        article("Merin fell to rebels. The battle in Merin killed nine.")
    )
    assert {claim.frame for claim in found} == {Frame.CASUALTIES}


def test_a_long_article_keeps_at_most_twelve_claims_per_250_words() -> None:
    text = "\n\n".join(f"Rebels captured village {n} near Merin on Tuesday morning." for n in range(60))
    words = len(text.split()) + 1
    assert len(claims(text)) <= allowed(words) <= words * 12 / 250


def test_the_last_eighth_of_an_article_s_claims_is_for_those_of_some_worth() -> None:
    dull = "\n\n".join(f"Merin will get bus {n}." for n in range(60))
    telling = "\n\n".join(
        f'"We did not shell Merin on the night of {n} May, whoever says so," rebels said.' for n in range(60)
    )
    words = len(dull.split()) + 2
    assert len(TAGGER.tag(article(dull))) == allowed(words, 0.88) < allowed(words)
    assert len(TAGGER.tag(article(telling))) == allowed(len(telling.split()) + 2)


def test_of_too_many_claims_the_disputable_ones_are_kept() -> None:
    plain = "\n\n".join(f"Merin lies in district {n}." for n in range(30))
    disputed = '"We did not shell Merin, and nobody from our brigade was there on Tuesday," the rebels said.'
    kept = claims(f"Merin was calm.\n\n{disputed}\n\n{plain}")
    assert any("did not shell" in claim.quote for claim in kept)
    assert len(kept) < 31


TEXTS = st.text(max_size=400) | st.lists(
    st.sampled_from(
        ["Merin", "Dolsk", "14", "killed", ".", '"', "”", "said", "he", ";", "\n\n", "\u202e", "المدينة", "\x00"]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TEXTS, text=TEXTS)
def test_every_quote_is_a_substring_at_its_offsets_and_ids_are_unique(title: str, text: str) -> None:
    odd = article("Merin. " + text, "Varn " + title)
    found = TAGGER.tag(odd)
    for claim in found:
        assert claim.quote == getattr(odd, claim.field)[claim.start : claim.end]
        assert 0 < len(claim.quote) <= 600
    assert len({claim.id for claim in found}) == len(found)
    assert TAGGER.tag(odd) == found


def test_a_megabyte_without_a_full_stop_is_cut_and_not_choked_on() -> None:
    TAGGER.tag(article("Merin " + "word " * 200_000))
    TAGGER.tag(article("Merin " + "\u202eمدينة " * 150_000))
    TAGGER.tag(article("Merin" + "\x00\x1b" * 500_000))
    TAGGER.tag(article("Merin " + '"' * 100_000 + "(" * 100_000))
