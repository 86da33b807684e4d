"""The stance rules of our own baseline, on invented reports about four invented crises."""

from __future__ import annotations

import re

import pytest

from dateline.model import Concept, Reference, Stance
from dateline.systems.rules import lexicon
from dateline.systems.rules.attribution import holders
from dateline.systems.rules.concepts import Codebook, stems
from dateline.systems.rules.entities import mentions
from dateline.systems.rules.quotations import masked, quotations
from dateline.systems.rules.segments import segment
from dateline.systems.rules.stances import stances
from dateline.systems.rules.triggers import triggers
from dateline.vocabulary import labels

FLOOD = """
boats | proposition | Boats bring food to Kesh. | Boats carry food and medicine to the flooded town.
levee | proposition | The levee at Dorma is rebuilt. | The broken embankment of the river is repaired.
dam | proposition | The gates of the Tamsin dam are opened. | Water is let out of the reservoir upstream.
fishing-ban | proposition | Fishing at night is banned. | Nobody may put to sea after dark.
evacuation | proposition | The inhabitants of the Old Quay are evacuated. | People are moved out of the quarter.
grants | proposition | Families who lost their homes receive cash grants. | Money for those whose houses were destroyed.
famine | event | Famine comes to Upper Tamsin. | People die of hunger in the north.
league-conduct | conduct | The League's conduct in answering the flood. | How the Northern League goes about its answer.
mayor-conduct | conduct | The mayor's conduct. | What the mayor of Kesh does or leaves undone.
"""
WAR = """
ceasefire | proposition | A ceasefire holds between the army and Koru. | The fighting is stopped by agreement.
observers | proposition | The League sends observers to Velmar. | A mission of unarmed monitors watches the front.
embargo | proposition | An arms embargo is imposed on Velmar. | No weapons may be sold to any side.
prisoners | proposition | Prisoners of war are exchanged. | Captured fighters of both sides are let go.
border | proposition | Ardan opens its border to refugees. | Those who flee are admitted across the frontier.
inquiry | proposition | The killings at Lirrow are investigated. | A commission establishes who is guilty.
koru-conduct | conduct | Koru's conduct. | What the Koru Front and its fighters do.
army-conduct | conduct | The Velmarian army's conduct. | How soldiers of Velmar act.
civil-war | event | Civil war breaks out in Velmar. | The whole country is drawn into fighting.
"""
CHOLERA = """
vaccination | proposition | Children are vaccinated against cholera. | A vaccination campaign reaches every village.
wells | proposition | The wells of Dorma are repaired. | Clean drinking water is available.
quarantine | proposition | The port is put under quarantine. | Ships may neither enter nor leave.
doctors | proposition | Foreign doctors are allowed to work in the country. | Medical teams from abroad receive visas.
schools | proposition | Schools stay open during the epidemic. | Lessons go on.
figures | proposition | The number of cases is published every day. | The public is told how many have fallen ill.
outbreak | event | Cholera spreads to the capital. | The epidemic reaches Port Aster.
ministry-conduct | conduct | The health ministry's conduct. | How the ministry handles the epidemic.
"""
ELECTION = """
postponement | proposition | The election is postponed. | Voters go to the polls later than planned.
monitors | proposition | Foreign monitors are admitted to polling stations. | Observers from abroad watch the count.
recount | proposition | The ballots are counted again. | A recount of all votes.
internet | proposition | The internet is shut down. | Networks are switched off during the campaign.
emergency | proposition | The emergency law stays in force. | The state of emergency is prolonged.
licences | proposition | Newspapers receive their licences back. | The press may appear again.
police-conduct | conduct | The police's conduct. | How policemen treat protesters.
riots | event | Riots break out after the vote. | Unrest in the streets.
"""


def concepts(table: str) -> tuple[Concept, ...]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return tuple(Concept(concept_id=a, kind=b, proposition=c, definition=d) for a, b, c, d in rows)


def read(table: str, text: str) -> list[Stance]:
    """The stances of a text; single quotation marks around words stand for straight double ones."""
    text = straight(text)
    parts = segment(text)
    return list(stances(text, parts, mentions(text, parts), concepts(table)))


def straight(text: str) -> str:
    return re.sub(r"(?<!\w)'|'(?!\w)", '"', text)


def holder(text: str, stance: Stance) -> str:
    assert isinstance(stance.holder, Reference)
    return straight(text)[stance.holder.start : stance.holder.end]


def sides(table: str, text: str) -> set[str]:
    return {f"{holder(text, stance)}: {stance.concept_id} {stance.polarity}" for stance in read(table, text)}


SIDES = [
    (FLOOD, "Maron urged the League to send boats with food to Kesh.", "Maron: boats favor"),
    (FLOOD, "Residents complained that no boats had come to Kesh.", "Residents: boats favor"),
    (FLOOD, "Aid groups fear that without boats Kesh will starve.", "Aid groups: boats favor"),
    (FLOOD, "Farmers demanded that the gates of the dam be opened.", "Farmers: dam favor"),
    (
        FLOOD,
        "Sera Quint backed the ban on fishing and condemned the slow answer of the League.",
        "Sera Quint: fishing-ban favor; Sera Quint: league-conduct against",
    ),
    (FLOOD, "Fishermen oppose the night ban on fishing.", "Fishermen: fishing-ban against"),
    (FLOOD, "Traders called for an end to the ban on fishing.", "Traders: fishing-ban against"),
    (FLOOD, "The envoy warned of famine in the north.", "The envoy: famine against"),
    (FLOOD, "'The levee must be rebuilt,' said Ilse Maron.", "Ilse Maron: levee favor"),
    (FLOOD, "'The mayor is a disgrace,' a fisherman told Coast News.", "a fisherman: mayor-conduct against"),
    (
        FLOOD,
        "'The League must send boats to Kesh,' said Davit Kolm, 'and the families need cash grants.'",
        "Davit Kolm: boats favor; Davit Kolm: grants favor",
    ),
    (FLOOD, "The parliament voted for cash grants to families.", "The parliament: grants favor"),
    (FLOOD, "The council refused to evacuate the Old Quay.", "The council: evacuation against"),
    (
        FLOOD,
        "Nurses asked the council to evacuate the Old Quay. The council demurred.",
        "Nurses: evacuation favor; The council: evacuation against",
    ),
    (FLOOD, "Unless the levee is rebuilt, the town will drown, Davit Kolm said.", "Davit Kolm: levee favor"),
    (FLOOD, "Residents praised the mayor for his calm.", "Residents: mayor-conduct favor"),
    (
        FLOOD,
        "Elders worry that the boats to Kesh could stop before the harvest.",
        "Elders: boats favor",
    ),
    (FLOOD, "Ilse Maron came from Dorma. 'We need boats in Kesh.'", "Ilse Maron: boats favor"),
    (FLOOD, "Ilse Maron said the pumps stopped on Monday.", ""),
    (FLOOD, "Forty boats reached Kesh on Monday with food.", ""),
    (WAR, "The League Council authorised a mission of observers.", "League Council: observers favor"),
    (
        WAR,
        "The mission of observers authorised by the League Council arrives in May.",
        "League Council: observers favor",
    ),
    (WAR, "The League Council stopped short of an arms embargo.", "League Council: embargo against"),
    (
        WAR,
        "The Ardanian government declined to open the border to refugees.",
        "The Ardanian government: border against",
    ),
    (WAR, "Rights groups accused Koru of burning villages.", "Rights groups: koru-conduct against"),
    (WAR, "Koru denied that its fighters had shot anyone.", "Koru: koru-conduct favor"),
    (WAR, "Davit Kolm hopes that the ceasefire will hold.", "Davit Kolm: ceasefire favor"),
    (
        WAR,
        "Sera Quint welcomed the ceasefire but criticised the army for its raids.",
        "Sera Quint: ceasefire favor; Sera Quint: army-conduct against",
    ),
    (WAR, "Observers doubt that the ceasefire will last.", "Observers: ceasefire against"),
    (WAR, "'Koru are murderers. They have committed terrible crimes,' said Maron.", "Maron: koru-conduct against"),
    (
        WAR,
        "'The killings at Lirrow must be investigated,' Davit Kolm said.\n\n'Prisoners should be exchanged.'",
        "Davit Kolm: inquiry favor; Davit Kolm: prisoners favor",
    ),
    (WAR, "'The widows tell me that they want an inquiry into the killings,' Maron said.", "The widows: inquiry favor"),
    (WAR, "Diplomats expressed concern about a civil war in Velmar.", "Diplomats: civil-war against"),
    (WAR, "The government of Sundrel did not rule out an arms embargo.", "The government: embargo neutral"),
    (WAR, "There was speculation that Ardan was reluctant to open the border.", "Ardan: border against"),
    (WAR, "Members of the council rejected the arms embargo on Velmar.", "Members: embargo against"),
    (WAR, "According to Ilse Maron, the prisoners should be exchanged at once.", "Ilse Maron: prisoners favor"),
    (WAR, "Ilse Maron met refugees on Friday. She urged Ardan to open the border.", "Ilse Maron: border favor"),
    (WAR, "Koru attacked Lirrow on Monday and killed 30 people.", ""),
    (WAR, "Ardan flew soldiers to Dorma.", ""),
    (CHOLERA, "Doctors called on the government to vaccinate all children.", "Doctors: vaccination favor"),
    (CHOLERA, "Mothers want the wells repaired.", "Mothers: wells favor"),
    (CHOLERA, "The government imposed a quarantine on the port.", "The government: quarantine favor"),
    (CHOLERA, "Merchants protested against the quarantine of the port.", "Merchants: quarantine against"),
    (CHOLERA, "'The ministry has failed us,' said Sera Quint, a nurse.", "Sera Quint: ministry-conduct against"),
    (CHOLERA, "Teachers fear schools will close.", "Teachers: schools favor"),
    (CHOLERA, "Dr. Davit Kolm stressed the need for clean wells in Dorma.", "Davit Kolm: wells favor"),
    (CHOLERA, "The cabinet is considering visas for foreign doctors.", "The cabinet: doctors neutral"),
    (
        CHOLERA,
        "The government will allow no foreign doctors, the health minister vowed.",
        "the health minister: doctors against",
    ),
    (CHOLERA, "Journalists deplored the lack of daily figures on the number of cases.", "Journalists: figures favor"),
    (ELECTION, "The opposition demanded a recount of all votes.", "The opposition: recount favor"),
    (ELECTION, "The court ordered a recount.", "The court: recount favor"),
    (ELECTION, "The election was postponed on Monday.", ""),
    (ELECTION, "Students condemned the police for beating protesters.", "Students: police-conduct against"),
    (
        ELECTION,
        "'Give the newspapers their licences back,' demanded Ilse Maron.",
        "Ilse Maron: licences favor",
    ),
    (
        ELECTION,
        "Lawyers and students urged the government to admit foreign monitors.",
        "Lawyers: monitors favor; students: monitors favor",
    ),
    (ELECTION, "Lawyers insisted that the emergency law be lifted.", "Lawyers: emergency against"),
    (ELECTION, "The emergency law should not stay in force, said Davit Kolm.", "Davit Kolm: emergency against"),
    (ELECTION, "'The riots are a danger to all of us,' the bishop warned.", "the bishop: riots against"),
    (
        WAR,
        "'I do not think observers will make a difference,' Davit Kolm, a former judge, told Coast News.",
        "Davit Kolm: observers against",
    ),
    (
        WAR,
        "While the council voted in March to send observers, it has so far declined to impose an arms embargo.",
        "the council: embargo against; the council: observers favor",
    ),
    (
        WAR,
        "Rights groups have repeatedly called on the League to investigate the killings at Lirrow, and they say that "
        "prisoners must be exchanged without delay.",
        "Rights groups: inquiry favor; Rights groups: prisoners favor",
    ),
    (WAR, "Villagers in Lirrow accuse the army of looting.", "Villagers: army-conduct against"),
    (WAR, "The army's behaviour in Lirrow has been shameful, said Ilse Maron.", "Ilse Maron: army-conduct against"),
    (
        WAR,
        "'There are far too few observers in Velmar,' she said. 'And the border should be opened.' Ilse Maron has "
        "worked in Lirrow since May.",
        "",
    ),
    (
        WAR,
        "Ilse Maron, who has worked in Lirrow since May, said there were too few observers in Velmar.",
        "Ilse Maron: observers favor",
    ),
    (WAR, "There are growing fears among diplomats that a civil war will break out.", "diplomats: civil-war against"),
    (
        WAR,
        "Under pressure from donors, the League's council approved the embargo on Tuesday.",
        "council: embargo favor",
    ),
    (WAR, "'Refugees want the border open, but nobody listens,' Sera Quint said.", "Refugees: border favor"),
    (WAR, "Sera Quint said that refugees want the border opened.", "refugees: border favor"),
    (WAR, "Ilse Maron said she supports the inquiry into the killings.", "Ilse Maron: inquiry favor"),
    (
        CHOLERA,
        "The opposition blames the health ministry for the slow start.",
        "The opposition: ministry-conduct against",
    ),
    (CHOLERA, "Experts are concerned that cholera could spread to the capital.", "Experts: outbreak against"),
    (
        CHOLERA,
        "Parents are worried that their children will not be vaccinated against cholera.",
        "Parents: vaccination favor",
    ),
    (
        CHOLERA,
        "'Clean water is essential,' said a doctor in Dorma, 'and the wells have been broken for years.'",
        "a doctor: wells favor",
    ),
    (
        CHOLERA,
        "The health minister rejected calls to close schools.",
        "The health minister: schools favor",
    ),
    (
        CHOLERA,
        "A quarantine of the port, imposed by the government in May, ended on Friday.",
        "the government: quarantine favor",
    ),
    (ELECTION, "The government shut down the internet.", ""),
    (ELECTION, "Ilse Maron called the shutdown of the internet 'a disgrace'.", "Ilse Maron: internet against"),
    (
        ELECTION,
        "The court has yet to rule, but judges are said to be reluctant to order a recount of the votes.",
        "judges: recount against",
    ),
    (
        ELECTION,
        "Unless foreign monitors are admitted, the vote will be a farce, lawyers warned.",
        "lawyers: monitors favor",
    ),
    (ELECTION, "The bishop appealed for calm.", ""),
    (
        ELECTION,
        "Ilse Maron regretted that the newspapers had not received their licences.",
        "Ilse Maron: licences favor",
    ),
    (
        FLOOD,
        "The League has dragged its feet while people drown, said Davit Kolm.",
        "Davit Kolm: league-conduct against",
    ),
    (
        FLOOD,
        "'Nobody helps us. The League talks and talks. It is too slow,' said a widow.",
        "a widow: league-conduct against",
    ),
    (FLOOD, "Traders would prefer that the dam stay closed.", "Traders: dam against"),
    (FLOOD, "The mayor pledged to evacuate the Old Quay.", "The mayor: evacuation favor"),
    (FLOOD, "'My family needs a grant,' the farmer said. 'We lost our house.'", "the farmer: grants favor"),
    (FLOOD, "The council has failed to rebuild the levee, residents complain.", "residents: levee favor"),
    (FLOOD, "Maron urged the League to send boats to Kesh to prevent hunger.", "Maron: boats favor"),
    (FLOOD, "Ilse Maron wants the ban on fishing lifted.", "Ilse Maron: fishing-ban against"),
    (
        CHOLERA,
        "The ministry has been criticised by teachers and by several nurses.",
        "teachers: ministry-conduct against; several nurses: ministry-conduct against",
    ),
    (CHOLERA, "Davit Kolm said foreign doctors were 'more than welcome'.", "Davit Kolm: doctors favor"),
    (ELECTION, "Foreign monitors were refused entry, a decision condemned by lawyers.", "lawyers: monitors favor"),
    (FLOOD, "Fishing at night, banned by the council in May, goes on in secret.", "the council: fishing-ban favor"),
    (ELECTION, "The government lifted the emergency law in March.", "The government: emergency against"),
]


@pytest.mark.parametrize(("table", "text", "expected"), SIDES)
def test_who_is_on_which_side_of_what(table: str, text: str, expected: str) -> None:
    assert "; ".join(sorted(sides(table, text))) == "; ".join(sorted(filter(None, expected.split("; "))))


DETAILS = [
    (WAR, "The League Council imposed an arms embargo.", "enacts conduct none certain", ["imposed"]),
    (
        WAR,
        "The League Council stopped short of an arms embargo.",
        "withholds conduct none certain",
        ["stopped short of"],
    ),
    (WAR, "The League Council will impose an arms embargo.", "intends speech indirect certain", ["impose"]),
    (WAR, "The government of Sundrel is studying an arms embargo.", "leaves_open conduct none certain", ["studying"]),
    (
        WAR,
        "The Ardanian government may be reluctant to open the border.",
        "hesitates mental none possible",
        ["reluctant"],
    ),
    (
        WAR,
        "The Ardanian government appears wary of opening the border to refugees.",
        "hesitates mental none probable",
        ["wary"],
    ),
    (WAR, "Refugees hope that the border will open.", "wants mental none certain", ["hope"]),
    (WAR, "Refugees say they fear a civil war.", "warns speech indirect certain", ["fear"]),
    (WAR, "Davit Kolm criticised Koru.", "criticises speech indirect certain", ["criticised"]),
    (WAR, "Davit Kolm warned that Koru 'rob and burn'.", "warns speech mixed certain", ["warned"]),
    (WAR, "Davit Kolm was blunt: 'The border must be opened.'", "calls_for speech direct certain", ["must"]),
    (WAR, "'The border must be opened,' said Davit Kolm.", "calls_for speech direct certain", ["must"]),
    (WAR, "Davit Kolm said that the border must be opened.", "calls_for speech indirect certain", ["must"]),
    (
        WAR,
        "Davit Kolm spoke of the need for an inquiry into the killings.",
        "calls_for speech indirect certain",
        ["need"],
    ),
    (FLOOD, "Davit Kolm doubts that boats can feed Kesh.", "doubts mental none certain", ["doubts"]),
    (FLOOD, "Davit Kolm questioned whether boats can feed Kesh.", "doubts speech indirect certain", ["questioned"]),
    (
        FLOOD,
        "'We will rebuild the levee,' the mayor promised.",
        "intends speech direct certain",
        ["promised", "We will"],
    ),
]


@pytest.mark.parametrize(("table", "text", "expected", "words"), DETAILS)
def test_how_a_side_is_taken(table: str, text: str, expected: str, words: list[str]) -> None:
    (stance,) = read(table, text)
    assert f"{stance.act} {stance.basis} {stance.quotation} {stance.certainty}" == expected
    assert {span.text for span in stance.expression} == set(words)


def test_one_record_for_a_passage_holds_all_its_words() -> None:
    text = "'There must be boats in Kesh. There should be many boats,' said Ilse Maron."
    (stance,) = read(FLOOD, text)
    assert [span.text for span in stance.expression] == ["must", "should"]
    assert stance.text == straight(text)


def test_a_quotation_after_a_finished_tag_is_a_passage_of_its_own() -> None:
    text = "'There must be boats in Kesh,' said Ilse Maron. 'There should be many boats.'"
    assert len(read(FLOOD, text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "'The widows tell me that they want an inquiry into the killings,' Ilse Maron said.",
        "Ilse Maron said that widows want an inquiry into the killings.",
    ],
)
def test_who_reports_the_wish_of_others_stands_between(text: str) -> None:
    (stance,) = read(WAR, text)
    assert [via.entity_id for via in stance.via if isinstance(via, Reference)] == ["Ilse Maron"]
    assert stance.quotation in ("indirect", "none")


def test_who_tells_his_own_wish_stands_not_between() -> None:
    (stance,) = read(WAR, "Ilse Maron said that she wants an inquiry into the killings.")
    assert stance.via == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"One two," he said. "Three four."', ['"One two,"', '"Three four."']),
        ("\u201cOne two\u201d and \u201cthree four\u201d", ["\u201cOne two\u201d", "\u201cthree four\u201d"]),
        ('"One two.\n\n"Three four," he said.', ['"One two.\n\n"Three four,"']),
        ('"One two.\n\nThree four.', ['"One two.']),
        ('a so-called "zone" there', []),
    ],
)
def test_quotation_marks_pair_over_the_document(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == expected


def test_the_masked_text_keeps_its_offsets() -> None:
    text = 'He said "one two" and left.'
    assert masked(text, quotations(text)) == "He said " + '"' * 9 + " and left."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Aid groups met the council.", ["Aid groups", "the council"]),
        ("The council's decision pleased nobody.", []),
        ("Several local human rights activists left.", ["Several local human rights activists"]),
        ("He left their opposition aside.", []),
    ],
)
def test_holders_need_no_name(text: str, expected: list[str]) -> None:
    assert [text[found.start : found.end] for found in holders(text, ())] == expected


def test_a_pronoun_stands_for_the_last_of_its_sort() -> None:
    text = "The mayor met nurses. She left, and they stayed."
    assert [text[slice(*found.known)] for found in holders(text, ()) if found.known] == ["The mayor", "nurses"]


def test_a_verb_governs_the_verbs_in_its_complement() -> None:
    text = "They urged the council to authorise a force and condemned the raids."
    assert [text[slice(*found.span)] for found in triggers(text, 0, len(text), spoken=False)] == ["urged", "condemned"]


def test_asking_words_count_only_where_somebody_speaks() -> None:
    text = "The road must be opened."
    assert triggers(text, 0, len(text), spoken=False) == []
    assert [found.act for found in triggers(text, 0, len(text), spoken=True)] == ["calls_for"]


def test_kindred_words_and_initials_meet() -> None:
    assert stems("soldiers") & stems("peacekeepers")
    assert stems("the U.N.") & stems("the United Nations")


def test_conduct_is_judged_and_not_decided() -> None:
    book = Codebook(concepts(WAR))
    assert book.best("calls_for", "Koru", "Koru") is None
    found = book.best("criticises", "Koru", "Koru")
    assert found is not None
    assert found.concept.concept_id == "koru-conduct"


def test_the_labels_of_the_word_lists_of_stances_are_labels_of_the_schema() -> None:
    used = {*lexicon.POSITIONS, *lexicon.NOUNS, *lexicon.SPOKEN}
    assert {act for act, _ in used} <= {*labels("stance", "act")}
    assert {polarity for _, polarity in used} <= {*labels("stance", "polarity")}
    assert {*lexicon.CERTAINTIES} <= {*labels("stance", "certainty")}
