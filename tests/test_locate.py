"""Quotes to offsets: the battery of tests/cases/quotes.json, and what holds of all texts."""

from __future__ import annotations

import random
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import cases, placed

from dateline.corpus import load_document
from dateline.errata import CleanText, clean
from dateline.locate import REASONS, TIERS, Haystack, Place, Quote, locate
from dateline.locate.boundaries import open_offsets
from dateline.locate.forms import form, pieces
from dateline.model import Erratum, Segment
from dateline.vocabulary import data_root

GOLD = load_document(data_root(), "ips-car-2014")
CLEAN = clean(GOLD.text, GOLD.segments, GOLD.errata)

WORDS = ["Bangui", "bangui", "ha", "a", "Chad", "été", "e\u0301te\u0301", "3.5", "5", "500", "1,500", "2/3", "½", "-5"]
WORDS += [
    "PK5",
    "“go”",
    "Straße",
    "twenty-five",
    "five",
    "\u2013",
    "\u2067\u05e9\u05dc\u05d5\u05dd\u2069",
    "مالي",
    "👨\u200d👩\u200d👧",
    "ﬁre",
    "…",
]
BLANKS = [" ", "  ", "\n", "\u00a0 ", "\u3000"]
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BLANKS)), min_size=1, max_size=12)
"""Texts as lists of words, each with the white space after it."""
anything = st.text(
    st.sampled_from(
        "aAbéßİﬁ½²5\uff13.,-/'\u2019“ \n\u00a0\u00ad\u200b\u200d\ufe0f\u0301\u0345\uff9e가\u11a8ｶ国三👨🇨🇫❤_"
    )
)

Words = list[tuple[str, str]]


def spans(words: Words) -> list[tuple[int, int]]:
    """The spans of all runs of words."""
    starts = [0]
    for word, blank in words:
        starts.append(starts[-1] + len(word + blank))
    ends = [start + len(word) for start, (word, _) in zip(starts, words, strict=False)]
    return [(starts[i], ends[j]) for i in range(len(words)) for j in range(i, len(words))]


def joined(words: Words) -> str:
    return "".join(word + blank for word, blank in words)


def covered(text: str, place: Place) -> str:
    return text[place.start : place.end]


def mended(text: str, errata: list[dict[str, Any]]) -> CleanText | None:
    """The clean text of one that is a single segment, if it has errata."""
    if not errata:
        return None
    values: dict[str, Any] = {"doc_id": "d", "segment_id": "s", "text": "", "kind": "spacing"}
    records = [
        Erratum(**{**values, "id": str(number), **placed(erratum, text)}) for number, erratum in enumerate(errata)
    ]
    return clean(text, [Segment(id="s", start=0, end=len(text), kind="sentence")], records)


def extent(value: dict[str, Any], text: str) -> tuple[int, int]:
    found = placed(value, text)
    return found["start"], found["end"]


def asked(value: dict[str, Any], text: str) -> Quote:
    within = {"within": extent(value["within"], text)} if "within" in value else {}
    return Quote(**{**value, **within})


def wanted(value: dict[str, Any], text: str) -> Place:
    if "reason" in value:
        return Place(None, None, reason=value["reason"])
    return Place(*extent(value, text), value["tier"])


def answer(case: dict[str, Any], quotes: list[dict[str, Any]]) -> list[Place]:
    text = case["text"]
    haystack = Haystack(text, mended(text, case.get("errata", [])))
    taken = [extent(span, text) for span in case.get("taken", [])]
    return locate([asked(quote, text) for quote in quotes], haystack, fuzzy=case.get("fuzzy", False), taken=taken)


@pytest.mark.parametrize("case", cases("quotes"), ids=lambda case: case["name"])
def test_a_case_of_the_battery_is_answered_as_written(case: dict[str, Any]) -> None:
    assert answer(case, case["quotes"]) == [wanted(value, case["text"]) for value in case["expected"]]


@pytest.mark.parametrize("case", cases("quotes"), ids=lambda case: case["name"])
def test_a_case_of_the_battery_is_answered_the_same_in_any_order(case: dict[str, Any]) -> None:
    quotes = case["quotes"]
    backwards = [asked(quote, case["text"]) for quote in reversed(quotes)], answer(case, quotes[::-1])
    forwards = [asked(quote, case["text"]) for quote in quotes], answer(case, quotes)
    assert Counter(zip(*backwards, strict=True)) == Counter(zip(*forwards, strict=True))


def test_the_battery_has_every_tier_and_every_reason() -> None:
    named = {value.get("tier") or value["reason"] for case in cases("quotes") for value in case["expected"]}
    assert named == {*TIERS, *REASONS}


@given(texts)
def test_a_quote_cut_at_white_space_resolves_to_text_equal_to_itself(words: Words) -> None:
    text = joined(words)
    quotes = [text[start:end] for start, end in spans(words)]
    found = [locate([Quote(quote)], Haystack(text))[0] for quote in quotes]
    assert [(covered(text, place), place.tier) for place in found] == [(quote, "exact") for quote in quotes]


@given(texts)
def test_all_quotes_cut_from_a_text_resolve_together(words: Words) -> None:
    text = joined(words)
    quotes = [text[start:end] for start, end in spans(words)]
    found = locate([Quote(quote) for quote in quotes], Haystack(text))
    assert [(covered(text, place), place.tier) for place in found] == [(quote, "exact") for quote in quotes]


@given(texts)
def test_a_quote_with_its_start_given_resolves_to_where_it_was_cut(words: Words) -> None:
    text = joined(words)
    quotes = [Quote(text[start:end], within=(start, start + 1)) for start, end in spans(words)]
    found = locate(quotes, Haystack(text))
    assert [(place.start, place.end) for place in found] == spans(words)


@given(anything)
def test_a_quote_cut_where_a_match_may_end_resolves_to_text_equal_to_itself(text: str) -> None:
    bounds = [i for i, free in enumerate(open_offsets(text)) if free]
    cuts = {text[a:b] for a, b in combinations(bounds, 2)}
    for quote in cuts:
        (place,) = locate([Quote(quote)], Haystack(text))
        assert (covered(text, place), place.tier) == (quote, "exact") or place.reason == "empty"


@given(anything.filter(lambda text: not set("²½") & set(text)))
def test_what_is_normalised_piece_by_piece_is_normalised_as_a_whole(text: str) -> None:
    whole = "".join(plain for _, _, plain in pieces(text))
    assert unicodedata.normalize("NFKC", whole) == whole


@given(anything)
def test_pieces_cover_the_text(text: str) -> None:
    bounds = [offset for start, end, _ in pieces(text) for offset in (start, end)]
    assert [0, *bounds, len(text)] == sorted([0, *bounds, len(text)])
    assert "".join(text[start:end] for start, end, _ in pieces(text)) == text


numbers = st.from_regex(r"[1-9][0-9]{0,2}([.,:/][0-9]{1,3}){0,2}", fullmatch=True)


@given(
    numbers,
    numbers,
    st.sampled_from(["{}", "${} million", "{}%", "some {}, and", "({})", "\u201c{}\u201d"]),
    st.booleans(),
)
def test_a_number_never_resolves_inside_a_longer_number(number: str, other: str, around: str, fuzzy: bool) -> None:
    text = around.format(other)
    (place,) = locate([Quote(number)], Haystack(text), fuzzy=fuzzy)
    assert (covered(text, place) if place.tier else "") == (number if number == other else "")


@given(texts, texts)
def test_the_digits_of_a_place_are_those_of_the_quote(words: Words, others: Words) -> None:
    text = joined(words)
    quotes = [joined(others)[start:end] for start, end in spans(others)]
    for quote, place in zip(
        quotes, locate([Quote(quote) for quote in quotes], Haystack(text), fuzzy=True), strict=True
    ):
        assert not place.tier or digits(covered(text, place)) == digits(quote)


def to_a_reader(text: str) -> str:
    """What a text says, by an account of its own: without looks, invisible characters and amounts of white space."""
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    straight = re.sub("[\u2018\u2019\u201c\u201d]", "'", visible.replace('"', "'")).replace("\u2013", "-")
    return " ".join(straight.split())


@settings(deadline=None)  # the first call that weighs copies imports scipy
@given(texts, texts)
def test_a_place_says_what_the_quote_says_as_its_tier_has_it(words: Words, others: Words) -> None:
    text, other = joined(words), joined(others)
    quotes = [f"{lead}{other[start:end]}" for start, end in spans(others) for lead in ("", " ", "\u00ad")]
    quotes += [quote.upper() for quote in quotes]
    alike: dict[str, Callable[[str], str]] = {
        "exact": str,
        "normalised": to_a_reader,
        "folded": lambda said: to_a_reader(said).casefold(),
    }
    for quote, place in zip(quotes, locate([Quote(quote) for quote in quotes], Haystack(text)), strict=True):
        same = alike.get(place.tier)
        assert same is None or same(covered(text, place)) == same(quote)
        assert place.reason or same


def digits(text: str) -> list[int]:
    return [unicodedata.decimal(character) for character in text if character.isdecimal()]


quotes = st.builds(
    Quote,
    st.sampled_from([*WORDS, "ha ha", "a ha", "BANGUI", "", "'go'", "Bangui Chad"]),
    within=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 60)),
    prefix=st.sampled_from(["", "Chad ", "a"]),
    suffix=st.sampled_from(["", " ha", " Bangui"]),
    key=st.sampled_from(["", "a", "b"]),
)
several = st.lists(quotes, max_size=12)


@settings(deadline=None)
@given(texts, several, st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_the_quotes(
    words: Words, given: list[Quote], chance: random.Random
) -> None:
    haystack = Haystack(joined(words))
    shuffled = chance.sample(given, len(given))
    one, other = (
        zip(given, locate(given, haystack), strict=True),
        zip(shuffled, locate(shuffled, haystack), strict=True),
    )
    assert Counter(one) == Counter(other)


@settings(deadline=None)
@given(texts, several)
def test_no_two_copies_share_a_place(words: Words, given: list[Quote]) -> None:
    places = locate(given, Haystack(joined(words)), fuzzy=True)
    held = Counter(
        (form(quote.text).folded, place[:2]) for quote, place in zip(given, places, strict=True) if place.tier
    )
    assert not held or max(held.values()) == 1


@settings(deadline=None)
@given(texts, several)
def test_a_place_is_in_the_text_and_starts_within(words: Words, given: list[Quote]) -> None:
    text = joined(words)
    for quote, place in zip(given, locate(given, Haystack(text), fuzzy=True), strict=True):
        first, last = quote.within or (0, len(text))
        assert place.start is None or place.end is None or first <= place.start < last
        assert place.start is None or place.end is None or place.start < place.end <= len(text)


@settings(deadline=None)
@given(texts, several)
def test_a_place_has_a_tier_or_a_reason_and_never_both(words: Words, given: list[Quote]) -> None:
    for place in locate(given, Haystack(joined(words)), fuzzy=True):
        assert (place.tier in TIERS) != (place.reason in REASONS)
        assert (place.start is None) == (place.end is None) == (place.tier == "")


@settings(deadline=None)
@given(texts, several)
def test_a_copy_goes_without_only_where_no_exchange_would_serve_one_more(words: Words, given: list[Quote]) -> None:
    text = joined(words)
    for folded in {form(quote.text).folded for quote in given} - {""}:
        copies = [quote for quote in given if form(quote.text).folded == folded]
        starts = [starts_of(copy.text, text) for copy in copies]
        allowed = [
            [site for site, start in enumerate(found) if start in range(*(copy.within or (0, len(text))))]
            for copy, found in zip(copies, starts, strict=True)
        ]
        served = sum(bool(place.tier) for place in locate(copies, Haystack(text)))
        assert served == largest_matching(allowed)


def starts_of(quote: str, text: str) -> list[int]:
    """Where all occurrences of a quote start, in text order."""
    return sorted(place.start for place in locate([Quote(quote)] * 40, Haystack(text)) if place.start is not None)


def largest_matching(allowed: list[list[Any]]) -> int:
    """By augmenting paths, one after the other (Kuhn)."""
    owner: dict[Any, int] = {}

    def serve(i: int, tried: set[Any]) -> bool:
        for site in allowed[i]:
            if site not in tried:
                tried.add(site)
                if site not in owner or serve(owner[site], tried):
                    owner[site] = i
                    return True
        return False

    return sum(serve(i, set()) for i in range(len(allowed)))


def outcomes(places: list[Place]) -> Counter[str]:
    return Counter(place.tier or place.reason for place in places)


def test_a_place_found_in_the_clean_text_covers_what_the_quote_was_mended_from() -> None:
    case = placed({"at": "the U. N.  mission"}, text := "In the U. N.  mission to Yakole.")
    mend = mended(text, [{"at": "U. N.  ", "intended": "U.N. "}, {"at": "Yakole", "intended": "Yaloke"}])
    found = locate([Quote("the U.N. mission"), Quote("to Yaloke.")], Haystack(text, mend))
    assert found == [Place(case["start"], case["end"], "clean"), Place(22, 32, "clean")]


def gold_spans() -> list[tuple[int, int]]:
    """The spans of all records of the article and of the spans inside them, each once, in text order."""
    layers = (GOLD.segments, GOLD.entities, GOLD.figures, GOLD.stances)
    records: list[Any] = [record for layer in layers for record in layer]
    inner = [getattr(record, name, None) for record in records for name in ("head", "target", "counted", "time")]
    inner += [part for record in records for part in getattr(record, "expression", ())]
    return sorted({(part.start, part.end) for part in records + inner if part and part.start is not None})


def test_the_words_of_all_gold_records_resolve_without_the_clean_text_but_where_they_are_glued() -> None:
    haystack, quotes = Haystack(GOLD.text), [GOLD.text[start:end] for start, end in gold_spans()]
    found = [locate([Quote(quote)], haystack)[0] for quote in quotes]
    lost = {(quote[:22], place.reason) for quote, place in zip(quotes, found, strict=True) if place.tier != "exact"}
    glued = ("Disorganised violence", "Because the Christian ", "Mission confusion", "The EU contingent will")
    assert lost == {(quote, "number_or_boundary") for quote in glued}


def test_the_words_of_all_gold_records_resolve_to_their_own_spans() -> None:
    quotes = [Quote(GOLD.text[start:end], within=segment_of(start)) for start, end in gold_spans()]
    keyed = [quote._replace(key=f"{number:04}") for number, quote in enumerate(quotes)]
    places = locate(keyed, Haystack(GOLD.text, CLEAN))
    assert [(place.start, place.end) for place in places] == gold_spans()
    assert set(outcomes(places)) == {"exact", "clean"}


def test_the_clean_words_of_all_gold_records_resolve_to_what_they_were_mended_from() -> None:
    shown = [CLEAN.to_clean.span(start, end) for start, end in gold_spans()]
    quotes = [Quote(CLEAN.text[start:end], within=segment_of(CLEAN.to_raw(start))) for start, end in shown]
    keyed = [quote._replace(key=f"{number:04}") for number, quote in enumerate(quotes)]
    places = locate(keyed, Haystack(GOLD.text, CLEAN))
    assert [(place.start, place.end) for place in places] == [CLEAN.to_raw.span(*span) for span in shown]
    assert set(outcomes(places)) == {"exact", "clean"}


def segment_of(offset: int) -> tuple[int, int]:
    return next((segment.start, segment.end) for segment in GOLD.segments if segment.start <= offset < segment.end)


def test_identical_copies_take_all_occurrences_and_no_more() -> None:
    places = locate([Quote("a", key=str(number)) for number in range(5_000)], Haystack("a " * 2_000))
    assert outcomes(places) == {"exact": 2_000, "duplicate": 3_000}


@pytest.mark.parametrize(
    ("text", "held"), [("to Bria.", (2, 7)), ("to\u00a0 Bria\u200b.", (2, 9)), ("in Bria", (3, 7))]
)
def test_what_is_taken_is_taken_without_the_white_space_around_it(text: str, held: tuple[int, int]) -> None:
    assert locate([Quote("Bria")], Haystack(text), taken=[held]) == [Place(None, None, reason="duplicate")]


def test_overlapping_occurrences_serve_when_nothing_else_is_left() -> None:
    assert locate([Quote("a a")] * 4, Haystack("a a a a")) == [
        Place(0, 3, "exact"),
        Place(4, 7, "exact"),
        Place(2, 5, "exact"),
        Place(None, None, reason="duplicate"),
    ]


def test_more_pairs_than_are_weighed_at_once_are_matched_in_text_order() -> None:
    quotes = [Quote("a", within=(2 * number, 2 * number + 9), prefix="a ", key=f"{number:03}") for number in range(400)]
    assert [place.start for place in locate(quotes, Haystack("a " * 400))] == list(range(0, 800, 2))


def invented(number: int) -> list[str]:
    """Quotes of twelve words, five of which stand in the article side by side."""
    chance, words = random.Random(0), GOLD.text.split()
    starts = (chance.randrange(len(words) - 5) for _ in range(number))
    return [" ".join(words[start : start + 5] + chance.choices(words, k=7)) for start in starts]


def seconds(run: Callable[[], object]) -> float:
    """Processor time, the least of three runs."""
    times = []
    for _ in range(3):
        before = time.process_time()
        run()
        times.append(time.process_time() - before)
    return min(times)


def test_an_invented_quote_costs_little_more_than_looking_for_it() -> None:
    quotes, haystack = invented(1_000), Haystack(GOLD.text)
    assert outcomes(locate([Quote(quote) for quote in quotes], haystack)) == {"not_found": 1_000}
    ours = seconds(lambda: locate([Quote(quote) for quote in quotes], haystack))
    assert ours < 60 * seconds(lambda: [GOLD.text.find(quote) for quote in quotes])  # seen: 6 to 14 times


@pytest.mark.parametrize("fuzzy", [False, True])
@pytest.mark.parametrize(
    ("unit", "quote"),
    [
        ("a ", "a a a"),
        ("a ", "A A A"),
        ("a", "aa"),
        ("1,", "1"),
        ("a ", "a a a a b a a a a"),
        ("e\u0301", "e"),
        ("ab-", "ab"),
    ],
)
def test_cost_grows_with_the_text_and_not_faster(unit: str, quote: str, fuzzy: bool) -> None:
    small, large = (Haystack(unit * size) for size in (1_000, 8_000))
    locate([Quote(quote)], small, fuzzy=fuzzy)
    before, after = (seconds(lambda text=text: search(text, quote, fuzzy)) for text in (small.text, large.text))  # type: ignore[misc]
    assert after < 40 * before


def search(text: str, quote: str, fuzzy: bool) -> list[Place]:
    return locate([Quote(quote)] * 3, Haystack(text), fuzzy=fuzzy)
