"""General word lists of English news text. None is drawn from the gold; what bears a label uses the schemas' labels."""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    """The entries of a list; an underscore stands for a space."""
    return frozenset(entry.replace("_", " ") for entry in text.split())


def stems(text: str) -> re.Pattern[str]:
    """A pattern for words that begin like an entry; a full stop at its end closes it, an underscore is a space."""
    entries = (entry[:-1] + r"\b" if entry.endswith(".") else entry + r"\w*" for entry in text.split())
    return re.compile(r"\b(?:" + "|".join(entry.replace("_", r"\s+") for entry in entries) + ")", re.IGNORECASE)


def verbs(lemmas: str, others: str = "") -> re.Pattern[str]:
    """A pattern for regular verbs in all their forms and for further words as they are; an underscore is a space."""
    entries = [_forms(*lemma.partition("_")[::2]) for lemma in lemmas.split()] + others.split()
    return re.compile(rf"\b(?:{'|'.join(entries)})\b".replace("_", r"\s+"), re.IGNORECASE)


def _forms(verb: str, rest: str) -> str:
    if verb.endswith("e"):
        forms = rf"{verb[:-1]}(?:e[sd]?|ing)"
    elif re.search(r"[^aeiou]y$", verb):
        forms = rf"{verb[:-1]}(?:y|ies|ied|ying)"
    else:
        forms = rf"{verb}(?:{verb[-1]}?(?:ed|ing)|e?s)?"
    return f"{forms}_{rest}" if rest else forms


FUNCTION_WORDS = words("""
    a about above across after again against ago all almost along already also although always am among an and another
    any are around as asked at away back be became because been before behind being below beneath beside besides between
    beyond both but by came can cannot could despite did do does down during each earlier either else even ever every
    except few first for four from further given had has have having he hence her here hers him his how however i if in
    indeed inside instead into is it its itself just last later least less like many may me meanwhile might more most
    moreover much must my near nearly neither never nevertheless next no nobody none nor not nothing now of off on once
    one only onto or other others our out outside over own per perhaps previously rather same second she should since so
    some soon still such than that the their them then there therefore these they third this those though three through
    throughout thus to today together tomorrow too toward towards two under unless unlike until up upon us very was we
    were what when where whereas whether which while who whom whose why will with within without would yes yesterday yet
    you your
""")
SENTENCE_STARTERS = words("""
    A After An And At Both But For He However If In It Many No On She That The There These They This We
""")
TITLE_ABBREVIATIONS = words("Adm Amb Brig Capt Col Cpl Dr Gen Gov Hon Lt Maj Mr Mrs Ms Mt Pres Prof Rep Rev Sen Sgt St")
OTHER_ABBREVIATIONS = words("approx e.g est i.e v vs")
CALENDAR = words("""
    January February March April May June July August September October November December
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun
""")

TITLES = TITLE_ABBREVIATIONS | words("""
    Admiral Ambassador Archbishop Bishop Brigadier Captain Cardinal Chairman Chairwoman Chancellor Chief Colonel
    Commander Commissioner Coordinator Deputy Director Doctor Envoy Father Foreign General Governor High Imam Interim
    Justice King Lieutenant Major Mayor Minister Pope President Prime Prince Princess Professor Queen Representative
    Reverend Secretary Secretary-General Senator Sergeant Sheikh Special Spokesman Spokesperson Spokeswoman Vice
    ambassador coordinator director envoy minister president secretary-general spokesman spokesperson spokeswoman
""")
ORGANISATION_HEADS = {
    "intergovernmental": words("""
        Assembly Bank Commission Community Council Nations Organisation Organization Secretariat Union
    """),
    "state": words("""
        Cabinet Congress Court Department Embassy Government Ministry Office Parliament Police Senate State
    """),
    "military": words("Army Battalion Brigade Command Corps Force Forces Guard Guards Military Navy Regiment Troops"),
    "armed_group": words("Front Militia Militias Movement Rebels Resistance"),
    "media": words("Broadcasting Gazette Herald Magazine News Newspaper Press Radio Television Times Tribune"),
    "ngo": words("""
        Action Aid Alliance Amnesty Association Borders Care Charity Committee Crescent Cross Federation Foundation Fund
        Group Institute International Network Project Relief Rights Society Trust University Watch
    """),
}
"""Subtype of an organisation -> head words of its name."""

OPERATION_HEADS = words("Mission Operation")
PLACE_HEADS = {
    "facility": words("""
        Airport Airstrip Barracks Base Bridge Camp Cathedral Church Clinic Dam Hospital Mosque Palace Port Prison School
        Stadium
    """),
    "district": words("District Quarter Suburb"),
    "region": words("""
        Basin Coast Desert East Hills Island Islands Lake Mountains North Peninsula Plateau Province Region River Sea
        South Valley West
    """),
    "city": words("City Town Village"),
}
"""Subtype of a location -> last words of its name."""

SETTING_NOUNS = {
    "city": words("capital city town village hamlet port"),
    "district": words("district neighbourhood neighborhood quarter suburb"),
    "facility": words("airport base camp hospital prison bridge"),
    "region": words("province region prefecture state valley"),
}
"""Subtype of a location -> nouns that stand before it ("the town of X")."""

PLACE_PREPOSITIONS = words("""
    across around at central eastern from in inside into near northern of outside southern to toward towards western
    within
""")
COUNTRIES = words("""
    America Britain Burma Cape_Verde Democratic_Republic_of_Congo DR_Congo DRC England Ivory_Coast Kosovo Macedonia
    North_Korea Palestine Russia Scotland South_Korea Swaziland Syria Turkey U.K. U.S. UK US USA Wales
""")
"""Everyday names of countries that ISO 3166 does not list."""

NATIONALITIES = words("""
    Afghan African American Arab Asian Belgian British Chinese Congolese Danish Dutch English European Filipino Finnish
    French German Greek Irish Israeli Latin Norwegian Palestinian Polish Portuguese Spanish Swedish Swiss Syrian Thai
    Turkish Ukrainian Western
""")
"""Nationality and continent words that no suffix rule makes from a country's name."""

RELIGIONS = re.compile(
    r"(?:Christian|Catholic|Protestant|Orthodox|Muslim|Sunni|Shia|Shiite|Islamic|Islamist|Jew|Hindu|Buddhist|Sikh)s?|Jewish"
)
REPORTING = stems("""
    accus acknowledg according_to added. admit announc appeal. appealed. argu believ call claim complain conclud condemn
    confirm criticis criticiz declar demand. demanded. demands. den(?:y|ie) denounc describ doubt estimat explain fear
    hope insist note. noted. notes. oppos pledg plead prais promis propos question recommend reiterat reject repeat.
    repeated. report request reveal said. say. saying. says. state. stated. states. stress suggest support tell. told.
    urge urging vow want. wanted. wants. warn welcom
""")

CATEGORIES = {
    "killed": stems("""
        bod(?:y|ies). casualt corpse dead. death die. died. dies. dying. execut fatalit kill lynch massacr murder
    """),
    "injured": stems("hurt. injur maim wound"),
    "detained": stems("abduct arrest captiv captur detain detention hostage imprison jail kidnap prisoner"),
    "fled": stems("escap fled. flee. fleeing. flees. refugee"),
    "displaced": stems("camp. camps. displac evacu homeless. shelter. sheltering. uproot"),
    "personnel": stems("""
        army contingent deploy. force. forces. gendarm guard observer peacekeep personnel police soldier staff troop
    """),
    "armed_groups": stems("armed_group faction militia rebel_group"),
    "equipment": stems("""
        aircraft ammunition arms. gun helicopter plane. planes. rifle tank tent. tents. truck vehicle weapon
    """),
}
"""Category of a figure -> words that speak of it, in order of precedence."""

HARMS = ("killed", "injured", "detained", "fled", "displaced")  # said by a verb, of whatever is counted
FLOWS = ("killed", "injured", "detained", "fled")
INCREMENT = stems("additional. another. extra. further. more. reinforcement")

STATUSES = {
    "authorised": stems("approv authoris authoriz mandat sanctioned."),
    "requested": stems("""
        appeal. appealed. appeals. ask. asked. asks. call. called. calls. demand need request require seek urg
    """),
    "planned": stems("due. expect intend plan. planned. planning. plans. pledg promis schedul set_to vow will."),
    "possible": stems("can. could. may. might. possibl potential"),
}
"""Status of a figure -> verbs that govern it."""

POSITIONS = {
    ("criticises", "against"): verbs("""
        accuse blame chide complain condemn criticise criticize decry denounce deplore fault lambaste lament
        object_to oppose protest rebuke regret resent slam
    """),
    ("warns", "against"): verbs("caution dread fear warn worry", "afraid alarmed anxious concerned fearful worried"),
    ("doubts", "against"): verbs("doubt query question", "doubtful not_convinced sceptical skeptical unconvinced"),
    ("hesitates", "against"): verbs("hesitate", "hesitant loath reluctant unwilling wary"),
    ("withholds", "against"): verbs(
        "block decline defer delay demur postpone put_off rebuff refuse reject scrap shelve stop_short_of veto",
        """
        fail_to failed_to fails_to held_back holds_back stopped_short_of stopping_short_of voted_against voted_down
        votes_against
        """,
    ),
    ("denies", "against"): verbs("deny dismiss dispute"),
    ("leaves_open", "neutral"): verbs(
        "abstain consider study weigh",
        "keep_open kept_open leave_open leaves_open left_open left_the_door_open leaves_the_door_open not_rule_out",
    ),
    ("enacts", "favor"): verbs(
        "adopt approve authorise authorize decree endorse extend impose mandate order prolong ratify renew vote",
        "decided_to set_up sets_up",
    ),
    ("enacts", "against"): verbs("abolish ban lift outlaw prohibit suspend"),
    ("calls_for", "favor"): verbs(
        """
        appeal ask_for ask call_for call_on call_upon demand implore insist insist_on plead press_for propose
        recommend request urge
        """,
        "seeking sought pleads_for pled_for",
    ),
    ("supports", "favor"): verbs("applaud back champion commend defend favour favor hail praise support welcome"),
    ("intends", "favor"): verbs(
        "aim_to intend pledge promise prepare_to threaten_to vow", "plan_to plans_to planned_to"
    ),
    ("wants", "favor"): verbs("hope long_for prefer want wish"),
}
"""Act and polarity of a stance -> verbs and adjectives that express it."""

NOUNS = {
    ("criticises", "against"): stems("""
        anger. complaints?. opposition. condemnation. criticism. dismay. outrage. regret.
    """),
    ("warns", "against"): stems("alarm. anxiety. concerns?. fears?. warnings?. worr(?:y|ies)."),
    ("doubts", "against"): stems("doubts?. misgivings. scepticism. skepticism."),
    ("hesitates", "against"): stems("hesitation. reluctance. unease."),
    ("calls_for", "favor"): stems("appeals?. calls?_for. demands?. necessity. need. pleas?. requests?. urgency."),
    ("supports", "favor"): stems("approval. backing. praise. satisfaction. support."),
    ("wants", "favor"): stems("desire. hopes?. readiness. willingness. wish."),
}
"""Act and polarity -> nouns that express it after a verb such as "voiced"."""

SPOKEN = {
    ("calls_for", "favor"): stems("""
        crucial. essential. have_to. has_to. imperative. indispensable. let_us. must. need. needed. needs.
        obligation. ought. responsib shall_not_wait. should. unless. urgent vital.
    """),
    ("criticises", "favor"): stems("""
        insufficient inadequa lacks?. lacking. not_enough. nowhere_near shortage too_few too_little
    """),
    ("criticises", "against"): stems("""
        abandon. abandoned. abus appall atroc betray brutal catastroph contempt corrupt crimes?.
        drag(?:s|ged|ging)?_(?:its|their)_feet. criminal. cruel disast disgrac fail. failed. failing. failure horr
        inexcusabl joke. looting. looted. negligen outrag reckless ruin scandal. shame. shameful. terribl terror
        too_late. too_long. too_slow tragedy. tragic. unacceptabl worse. worst.
    """),
    ("warns", "against"): stems("""
        at_risk brink. danger dangerous explo risk. risks. spiral threat time_bomb
        (?:will|could|may|might|would)_(?:become|lead|turn|spread|collapse|die|starve)
    """),
    ("warns", "favor"): stems("without."),
    ("doubts", "against"): stems("""
        cannot_work. pointless. unrealistic. useless. will_not_work. won't_work. won\u2019t_work. not_working.
        isn['\u2019]t_working. does(?:n['\u2019]t|_not)_work.
    """),
    ("supports", "favor"): stems("""
        best. brave commendabl courag excellent. grateful. hero(?:es|ic)?. ma(?:de|ke|kes)_a_difference. right_thing
        success thankful welcome. wonderful.
    """),
    ("intends", "favor"): stems("we_shall. we_will. we_are_going_to. we_intend."),
}
"""Act and polarity -> words that express it only where somebody speaks: in a quotation or a reported clause."""

UTTERING = verbs(
    "cite express issue note point_to raise reiterate renew repeat share show signal stress underline underscore voice",
    "speaks_of spoke_of spoken_of there_is there_was",
)
"""Verbs whose object may be a noun that takes a side."""

SAYING = stems(
    "according_to add. added. adding. adds. argu claim explain report. reported. said. say. saying. says. tell told."
)
"""Verbs that report what somebody else thinks or says."""
MENTAL = stems("""
    afraid anxious concerned. doubt. doubted. doubtful. doubts. dread fear hesita hop(?:e|ed|es|ing). loath.
    long(?:ed|s)?_for prefer reluctant resent sceptical. skeptical. unconvinced. unwilling. want wary. wish worr
""")
"""Triggers that name a state of mind and not a saying."""

LACK = stems("""
    absence absent barred. blocked. denied. fail inadequa insufficient lack no. not_enough nothing_to refus shortage
    too_few too_late too_little
    too_slow without
""")
"""Words of want: to complain of the lack of something is to favour it."""
LOSS = stems("""
    be_cut close. closed. closes. closing collapse. cut_off dry_up end. ended. halt los(?:e|es|ing|t). run_out
    runs_out stop.
""")
"""Words of loss: to fear the loss of something is to favour it."""
ENDING = stems("""
    abandon abolish avert avoid cancel. ceas clos(?:e|ed|ing). end. ended. ending. halt lift. lifted. lifting.
    prevent scrap. stop. suspend withdraw
""")
"""To ask for the end of something is to be against it."""
NEGATION = stems("cannot. can't. didn't. doesn't. don't. hardly. neither. never. no_longer. not. nor. won't.")

CERTAINTIES = {
    "possible": stems("could. may. might. perhaps. possibl rumou?r specul some_think"),
    "probable": stems("apparent appear believed_to. is_said likely. presumabl said_to. seem thought_to. widely_seen"),
}
"""Certainty -> words before a trigger that lower it to that."""

HOLDER_HEADS = words("""
    activists advocates agencies allies ambassadors analysts authorities bishops campaigners charities citizens
    civilians clerics commanders communities community countries critics delegates diplomats doctors donors
    economists elders engineers envoys experts families farmers fighters fishermen governments groups inhabitants
    inspectors journalists judges lawmakers lawyers leaders ministers members merchants monitors mothers neighbours
    neighbors nurses ngos observers officials opponents organisations organizations parents parties patients pastors
    peacekeepers people politicians priests protesters rebels refugees relatives representatives researchers
    residents scientists soldiers spokesmen states students supporters survivors teachers traders troops unions
    victims villagers volunteers voters widows witnesses women workers
""")
"""Plural nouns for those who may take a side without a name."""
PERSON_HEADS = words("""
    activist adviser advisor ambassador analyst bishop chief commander commissioner coordinator diplomat director
    doctor economist elder engineer envoy expert farmer father fisherman judge lawyer lecturer man mayor minister
    mother nurse official pastor president priest refugee representative researcher resident spokesman spokesperson
    spokeswoman student teacher trader villager widow witness woman worker
""")
INSTITUTION_HEADS = words("""
    agency army assembly bloc board cabinet charity commission committee company congress council court government
    junta legislature ministry opposition parliament party secretariat senate tribunal union
""")
HOLDER_MODIFIERS = words("""
    African aid armed Asian camp church city civil society community coastal democracy district election
    environmental European federal foreign government health human rights humanitarian independent international
    Islamic junior legal local medical military moderate national neighbouring neighboring opposition peace police
    political provincial regional relief religious ruling rural school security senior state town trade union
    village Western women's young
""")

COMMON = words("""
    bring brings called come comes country day days give gives happen happens hold holds keep keeps make makes means
    new part people person place put receive take takes time town way week weeks whole work works year years
""")
"""Words too common to tell what a passage is about."""

KINDRED = tuple(
    map(
        words,
        (
            "army military soldier soldiers troop troops force forces peacekeeper peacekeepers peacekeeping contingent",
            "protect protected protection safe safety secure security shield guard",
            "accountable accountability justice trial trials prosecute prosecution punish impunity investigate inquiry",
            "sanction sanctions embargo freeze frozen blacklist",
            "leave flee exodus expel expelled expulsion depart departure evacuate evacuation",
            "reconcile reconciliation dialogue talks mediation mediate negotiate negotiations ceasefire truce",
            "aid relief humanitarian assistance supplies",
            "food rations hunger famine starve starvation",
            "attack attacks violence killing killings massacre assault looting abuse abuses",
            "hospital clinic clinics medicine medicines doctors vaccine vaccines vaccination",
            "vote votes election elections ballot poll polls",
            "slow slowness late delay delays hesitation inaction",
            "increase strengthen strengthened reinforce reinforcements bolster expand additional more",
            "money funds funding donate donors pledge budget",
            "house housing shelter shelters homes tents",
        ),
    )
)
"""Groups of words that speak of the same matter."""
