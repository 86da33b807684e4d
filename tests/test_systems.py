"""Every system on invented reports, and the rules of our own baseline."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from tiny import corpus, document

from dateline.errors import DatelineError, MissingExtraError, UnknownNameError
from dateline.inputs import task_of
from dateline.model import Concept, Figure, Mention, Prediction, Reference, TextSpan
from dateline.predictions import as_lines
from dateline.systems import FAMILIES, SYSTEMS, installed, opened, prepared, spelt
from dateline.systems.base import MAX_REASON, FailedError, Options
from dateline.systems.rules.entities import mentions
from dateline.systems.rules.figures import figures
from dateline.systems.rules.segments import segment
from dateline.systems.rules.stances import stances
from dateline.systems.segmenters import located, sentences
from dateline.vocabulary import KINDS, labels, schema

REPORT = """Camp fills as fighting spreads

LOKAVE, Mar 3 (XYZ) - Over 2,500 Ugandan people fled the town of Mirova on Monday, said Dr. A. B. Sember. In \
March 2011 at least 40 civilians were killed near Tolo Airport and a further 12 soldiers wounded. The Northern Lakes \
Union (NLU) urged donors to send 300 more peacekeepers.

What next

Sember warned that cholera would spread without clean water. \u201cWe need clean water now,\u201d she said. A quarter \
of the caf\u00e9s \U0001f600 lie 30 km away. The council authorised up to 5,000 police.Others left. It holds 1,000 tons.
A woman waits beside a tent. Credit: Xyz/Abc
"""
LAYERS = ("segments", "entities", "figures", "stances")
AVAILABLE = [name for name in SYSTEMS if installed(name)]
CONCEPTS = (
    Concept(
        concept_id="water", kind="proposition", proposition="Clean water is brought.", definition="Drinking water."
    ),
    Concept(concept_id="troops", kind="proposition", proposition="Peacekeepers are sent.", definition="By donors."),
)


def validator() -> Draft202012Validator:
    resources = [(schema(kind)["$id"], Resource.from_contents(schema(kind))) for kind in KINDS]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schema("prediction"), registry=registry)


def predict(name: str, text: str) -> Prediction:
    """What a system says about a text without given segments."""
    given = document(text, "report", segments=())
    with opened(name) as ask:
        line = ask(task_of(given, corpus(given))).line
    return msgspec.json.decode(as_lines([Prediction(**line)]), type=Prediction)


def rules() -> Prediction:
    return predict("rules", REPORT)


def figure_of(words: str) -> Figure:
    return next(figure for figure in rules().figures or () if figure.text == words)


def mention_of(words: str) -> Mention:
    return next(mention for mention in rules().entities or () if mention.text == words)


def spans(prediction: Prediction) -> list[TextSpan]:
    """Every span of a prediction, with its text."""
    records = [record for layer in LAYERS for record in getattr(prediction, layer) or ()]
    return [TextSpan(start=record.start, end=record.end, text=record.text) for record in records]


def test_an_unknown_system_is_refused_with_the_known_names() -> None:
    with pytest.raises(UnknownNameError, match="unknown system 'nope'; known: rules, quantulum3"):
        predict("nope", "")


def test_a_system_whose_package_is_missing_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SYSTEMS, "spacy", SYSTEMS["spacy"]._replace(package="no_such_package"))
    with pytest.raises(MissingExtraError, match=r"system spacy is not installed; pip install 'dateline\[spacy\]'"):
        predict("spacy", REPORT)


def test_the_table_is_read_without_importing_any_library() -> None:
    code = (
        "import sys, dateline.systems as systems; [systems.installed(name) for name in systems.SYSTEMS]; "
        "heavy = {'spacy', 'quantulum3', 'pysbd', 'syntok', 'blingfire', 'recognizers_number', 'pycountry'}; "
        "print(*heavy & {*sys.modules})"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == ""


@pytest.mark.parametrize("name", ["nope:x", "rules:x", ":x", "hf", "spaCy:x"])
def test_a_name_with_or_without_a_colon_must_be_a_family_or_a_system(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown system '{name}'.* spacy, spacy:MODEL, hf:MODEL, command:"):
        prepared(name)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_must_be_told_what_stands_after_the_colon(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAMILIES, family, FAMILIES[family]._replace(package=None, extra=None))
    with pytest.raises(DatelineError, match=f"expected {spelt(FAMILIES[family])}"):
        prepared(f"{family}: ")


def test_what_stands_after_the_first_colon_is_the_argument() -> None:
    assert prepared("python: a.b:c ")[1].argument == "a.b:c"


def test_layers_are_those_of_the_system_in_their_order() -> None:
    assert prepared("rules")[1].layers == LAYERS
    assert prepared("rules", Options(layers=("stances", "entities")))[1].layers == ("entities", "stances")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("rules", {"jobs": 2}, "system rules does not take --jobs; it takes --layer"),
        ("syntok", {"layers": ("figures",)}, "unknown layer of system syntok 'figures'; known: segments"),
        ("command:x", {"base_url": "http://x"}, "command:x does not take --base-url; it takes --layer, --jobs, --time"),
        ("command:x", {"jobs": 0}, "--jobs is 0; it must be at least 1"),
        ("command:x", {"timeout": 0.0}, "--timeout is 0.0; it must be above 0"),
        ("command:x", {"timeout": float("nan")}, "--timeout is nan; it must be above 0"),
        ("command:x", {"timeout": float("inf")}, "--timeout is inf; it must be above 0 and at most [0-9]+$"),
        ("openai:x", {"price_in": float("nan")}, "--price-in is nan; it must be at least 0"),
        ("rules", {"price_in": 0.0}, "system rules does not take --price-in"),
    ],
)
def test_an_option_that_a_system_does_not_take_is_refused_by_its_name(
    name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DatelineError, match=message):
        prepared(name, Options(**options))


@pytest.mark.parametrize(
    ("said", "reason"),
    [("a\n b\t\x1b[31mc\ud800", "a b [31mc"), ("x" * 9999, "x" * MAX_REASON)],
    ids=["unprintable", "long"],
)
def test_a_reason_is_one_line_of_printable_characters(said: str, reason: str) -> None:
    assert str(FailedError(said)) == reason


@pytest.mark.parametrize("name", AVAILABLE)
def test_a_system_fills_its_layers_and_no_others(name: str) -> None:
    prediction = predict(name, REPORT)
    assert {layer for layer in LAYERS if getattr(prediction, layer) is not None} == set(SYSTEMS[name].layers)


@pytest.mark.parametrize("name", AVAILABLE)
def test_the_output_is_valid_against_the_prediction_schema(name: str) -> None:
    record = json.loads(as_lines([predict(name, REPORT)]))
    assert [error.message for error in validator().iter_errors(record)] == []


@pytest.mark.parametrize("name", AVAILABLE)
def test_a_system_finds_something_in_the_report(name: str) -> None:
    assert spans(predict(name, REPORT))


@pytest.mark.parametrize("name", AVAILABLE)
@pytest.mark.parametrize("text", ["", " \n", "\U0001f600", "\u0130 15", "\ufeffA.", "1", "\u201cNo.\u201d"])
def test_a_span_is_half_open_and_bears_its_text(name: str, text: str) -> None:
    for record in spans(predict(name, text)):
        assert record.start < record.end
        assert text[record.start : record.end] == record.text


@pytest.mark.parametrize("name", AVAILABLE)
def test_the_spans_of_the_report_bear_their_text(name: str) -> None:
    assert all(REPORT[record.start : record.end] == record.text for record in spans(predict(name, REPORT)))


@pytest.mark.parametrize("name", [name for name in AVAILABLE if "segments" in SYSTEMS[name].layers])
def test_segments_hold_all_words_once_without_space_around_them(name: str) -> None:
    segments = predict(name, REPORT).segments or ()
    assert "".join("".join((part.text or "").split()) for part in segments) == "".join(REPORT.split())
    assert all(part.text == (part.text or "").strip() for part in segments)


PIECES = [
    "The ",
    "Dr. ",
    "LOKAVE, Mar 3 (XYZ) - ",
    "Uganda's ",
    "15 ",
    "men ",
    "said ",
    ". ",
    "\u201c",
    "\n",
    "\U0001f600",
    "Credit: ",
]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join) | st.text(max_size=30))
def test_the_rules_give_true_spans_for_any_text(text: str) -> None:
    assert all(text[record.start : record.end] == record.text for record in spans(predict("rules", text)))


def test_sentences_are_found_in_order_where_the_same_words_come_twice() -> None:
    assert list(located("No. No. Yes.", ["No.", "No.", "Yes."])) == [(0, 3), (4, 7), (8, 12)]


def test_white_space_around_a_span_is_cut_and_a_span_of_it_is_dropped() -> None:
    assert [(part.start, part.end) for part in sentences(" a \n b", [(0, 3), (3, 4), (4, 6)])] == [(1, 2), (5, 6)]


def test_a_written_prediction_reads_back_as_it_was() -> None:
    assert msgspec.json.decode(as_lines([rules()]), type=Prediction) == rules()


def test_a_layer_that_was_not_tried_is_left_out_and_an_empty_one_is_kept() -> None:
    assert json.loads(as_lines([Prediction(doc_id="d", figures=())])) == {"doc_id": "d", "figures": []}


def test_quantulum_reads_au_as_astronomical_units() -> None:
    (figure,) = predict("quantulum3", "They have 7,200 AU guards.").figures or ()
    assert (figure.text, figure.category) == ("7,200 AU", "distance")


@pytest.mark.skipif(not installed("recognizers"), reason="needs the extra recognizers")
def test_recognizers_keep_one_figure_for_a_number_with_unit() -> None:
    found = predict("recognizers", "It lies 20 km away.").figures or ()
    assert [figure.text for figure in found] == ["20 km"]


def test_rules_name_the_kind_of_each_segment() -> None:
    kinds = [part.kind for part in rules().segments or ()]
    assert kinds == [
        "heading", "dateline", "sentence", "sentence", "sentence", "heading",
        *["sentence"] * 6,
        "caption", "credit",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Sember met Col. Okot.", 1),
        ("A. B. Sember left. She ran.", 2),
        ("The U.N. Council met.", 1),
        ("It joined the U.N. The rest left.", 2),
        ("On Jan. 5 he left.", 1),
        ("He left.They stayed.", 2),
        ("It grew by 3.5 percent.", 1),
        ("\u201cNo. We will not.\u201d He left.", 3),
        ("\u201cStop!\u201d she said.", 1),
    ],
)
def test_rules_tell_a_sentence_end_from_an_abbreviation(text: str, count: int) -> None:
    assert len(segment(text)) == count


@pytest.mark.parametrize(
    ("words", "type_", "subtype"),
    [
        ("LOKAVE", "location", "city"),
        ("XYZ", "organisation", "media"),
        ("Ugandan", "group", "nationality"),
        ("Mirova", "location", "city"),
        ("A. B. Sember", "person", None),
        ("Tolo Airport", "location", "facility"),
        ("Northern Lakes Union", "organisation", "intergovernmental"),
    ],
)
def test_rules_type_a_name_by_its_words_and_surroundings(words: str, type_: str, subtype: str | None) -> None:
    assert (mention_of(words).type, mention_of(words).subtype) == (type_, subtype)


@pytest.mark.parametrize(("short", "full"), [("NLU", "Northern Lakes Union"), ("Sember", "A. B. Sember")])
def test_rules_take_a_short_name_for_the_full_one(short: str, full: str) -> None:
    assert mention_of(short).entity_id == full


def test_rules_take_titles_and_nationality_words_off_a_person() -> None:
    text = "He met French Foreign Minister Anna Pelt."
    assert [mention.text for mention in mentions(text, segment(text))] == ["French", "Anna Pelt"]


@pytest.mark.parametrize(
    ("words", "category", "status", "measure"),
    [
        ("Over 2,500", "fled", "actual", "flow"),
        ("at least 40", "killed", "actual", "flow"),
        ("12", "injured", "actual", "increment"),
        ("300", "personnel", "requested", "increment"),
        ("A quarter", "population_share", "actual", None),
        ("30 km", "distance", "actual", None),
        ("up to 5,000", "personnel", "authorised", "stock"),
        ("1,000 tons", "mass", "actual", None),
    ],
)
def test_rules_read_the_words_around_a_figure(words: str, category: str, status: str, measure: str | None) -> None:
    figure = figure_of(words)
    assert (figure.category, figure.status, figure.measure) == (category, status, measure)


def test_rules_say_what_is_counted_where_and_by_whom() -> None:
    figure = figure_of("Over 2,500")
    assert figure.counted is not None
    assert (figure.counted.text, figure.place, figure.source) == ("Ugandan people", ("Mirova",), ("A. B. Sember",))


def test_rules_read_a_month_as_edtf() -> None:
    time = figure_of("at least 40").time
    assert time is not None
    assert time.edtf == "2011-03"


def test_rules_skip_the_numerals_of_a_dateline() -> None:
    text = "LOKAVE, Mar 3 (12 Days) - Nothing."
    assert list(figures(text, segment(text), ())) == []


def test_rules_find_holder_concept_and_side() -> None:
    parts = segment(REPORT)
    found = stances(REPORT, parts, mentions(REPORT, parts), CONCEPTS)
    read = [
        (stance.holder.entity_id, stance.concept_id, stance.act, stance.polarity)
        for stance in found
        if isinstance(stance.holder, Reference)
    ]
    assert read == [
        ("Northern Lakes Union", "troops", "calls_for", "favor"),
        ("A. B. Sember", "water", "warns", "favor"),
        ("A. B. Sember", "water", "calls_for", "favor"),
    ]


def test_rules_without_a_codebook_find_no_stance() -> None:
    parts = segment(REPORT)
    assert list(stances(REPORT, parts, mentions(REPORT, parts), ())) == []


def test_the_labels_of_the_word_lists_are_labels_of_the_schemas() -> None:
    from dateline.systems.rules import lexicon

    used = {
        ("figure", "category"): {*lexicon.CATEGORIES, *lexicon.HARMS, *lexicon.FLOWS},
        ("figure", "status"): {*lexicon.STATUSES},
        ("stance", "act"): {act for act, _ in lexicon.POSITIONS},
        ("stance", "polarity"): {polarity for _, polarity in lexicon.POSITIONS},
        ("entity", "subtype"): {*lexicon.ORGANISATION_HEADS, *lexicon.PLACE_HEADS, *lexicon.SETTING_NOUNS},
    }
    assert {field: names - set(labels(*field)) for field, names in used.items() if names - set(labels(*field))} == {}
