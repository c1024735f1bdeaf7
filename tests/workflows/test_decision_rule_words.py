"""The reasoning of the decision rule in words: four languages, names with their articles, one or several."""

import re

import pytest

from workflows.decision_rule import DecisionRule, Finding, Outcome, Reservation, Stance, Vote, decide, say
from workflows.procedures import LANGUAGES, rule_words_text
from workflows.texts import read

VOTERS = ("BE", "LU", "NL")
RULE = DecisionRule(
    name="unanimity",
    abstention_blocks=False,
    reservations_block=True,
    all_abstain=Outcome.UNDECIDED,
    unanswered_at_close=Outcome.UNDECIDED,
)
LETTERS = {
    "a": Vote(Stance.AGREE),
    "c": Vote(Stance.AGREE_WITH_COMMENT),
    "r": Vote(Stance.RESERVATION),
    "s": Vote(Stance.RESERVATION, Reservation.SCRUTINY),
    "p": Vote(Stance.RESERVATION, Reservation.PARLIAMENTARY),
    "b": Vote(Stance.RESERVATION, Reservation.SUBSTANCE),
    "o": Vote(Stance.OBJECT),
    "x": Vote(Stance.ABSTAIN),
}


def found(letters: str, *, closed: bool = False) -> Finding:
    """`ap-`: Belgium agrees, Luxembourg has a parliamentary reservation, the Netherlands is silent."""
    votes = {voter: LETTERS[letter] for voter, letter in zip(VOTERS, letters, strict=True) if letter != "-"}
    return decide(RULE, VOTERS, votes, closed=closed)


GOLDENS: dict[str, dict[str, list[str]]] = {
    "apa": {
        "nl": [
            "Luxemburg maakt een parlementair voorbehoud; als dit wordt opgeheven, is de tekst aangenomen.",
            "België en Nederland stemmen in.",
        ],
        "fr": [
            "Le Luxembourg maintient une réserve parlementaire ; si elle est levée, le texte est adopté.",
            "La Belgique et les Pays-Bas marquent leur accord.",
        ],
        "de": [
            "Luxemburg hat einen Parlamentsvorbehalt eingelegt; wird er aufgehoben, ist der Text angenommen.",
            "Belgien und die Niederlande stimmen zu.",
        ],
        "en": [
            "Luxembourg has a parliamentary reservation; if it is lifted, the text is adopted.",
            "Belgium and the Netherlands agree.",
        ],
    },
    "axr": {
        "nl": [
            "Nederland maakt een voorbehoud; als dit wordt opgeheven, is de tekst aangenomen.",
            "België stemt in.",
            "De onthouding van Luxemburg staat een besluit niet in de weg (Benelux-Verdrag van 2008, artikel 8).",
        ],
        "fr": [
            "Les Pays-Bas maintiennent une réserve ; si elle est levée, le texte est adopté.",
            "La Belgique marque son accord.",
            "L’abstention du Luxembourg ne fait pas obstacle à la décision (traité Benelux de 2008, article 8).",
        ],
        "de": [
            "Die Niederlande haben einen Vorbehalt eingelegt; wird er aufgehoben, ist der Text angenommen.",
            "Belgien stimmt zu.",
            "Die Enthaltung Luxemburgs steht einem Beschluss nicht entgegen (Benelux-Vertrag von 2008, Artikel 8).",
        ],
        "en": [
            "The Netherlands has a reservation; if it is lifted, the text is adopted.",
            "Belgium agrees.",
            "The abstention of Luxembourg does not prevent a decision (Benelux treaty of 2008, art. 8).",
        ],
    },
    "opc": {
        "nl": [
            "België maakt bezwaar.",
            "Luxemburg maakt een parlementair voorbehoud.",
            "Als het bezwaar van België vervalt en het voorbehoud van Luxemburg wordt opgeheven, "
            "is de tekst aangenomen.",
            "Nederland stemt in met een opmerking.",
        ],
        "fr": [
            "La Belgique fait objection.",
            "Le Luxembourg maintient une réserve parlementaire.",
            "Si l’objection de la Belgique est levée et si la réserve du Luxembourg est levée, le texte est adopté.",
            "Les Pays-Bas marquent leur accord en formulant une observation.",
        ],
        "de": [
            "Belgien erhebt Einspruch.",
            "Luxemburg hat einen Parlamentsvorbehalt eingelegt.",
            "Wenn der Einspruch Belgiens entfällt und der Vorbehalt Luxemburgs aufgehoben wird, "
            "ist der Text angenommen.",
            "Die Niederlande stimmen mit einer Anmerkung zu.",
        ],
        "en": [
            "Belgium objects.",
            "Luxembourg has a parliamentary reservation.",
            "If the objection of Belgium is dropped and the reservation of Luxembourg is lifted, the text is adopted.",
            "The Netherlands agrees with a comment.",
        ],
    },
    "aaa": {
        "nl": ["Alle delegaties stemmen in: België, Luxemburg en Nederland."],
        "fr": ["Toutes les délégations marquent leur accord : la Belgique, le Luxembourg et les Pays-Bas."],
        "de": ["Alle Delegationen stimmen zu: Belgien, Luxemburg und die Niederlande."],
        "en": ["All delegations agree: Belgium, Luxembourg and the Netherlands."],
    },
    "xxx": {
        "nl": [
            "Alle delegaties onthouden zich, een geval dat het verdrag niet regelt en dat in deze procedure onbeslist "
            "blijft; als een van hen instemt, is de tekst aangenomen."
        ],
        "fr": [
            "Toutes les délégations s’abstiennent, cas que le traité ne règle pas et que cette procédure laisse "
            "indécis ; l’accord de l’une d’elles suffit pour que le texte soit adopté."
        ],
        "de": [
            "Alle Delegationen enthalten sich, ein Fall, den der Vertrag nicht regelt und der in diesem Verfahren "
            "unentschieden bleibt; stimmt eine von ihnen zu, ist der Text angenommen."
        ],
        "en": [
            "All delegations abstain, a case on which the treaty is silent and which this procedure leaves undecided; "
            "if one of them agrees, the text is adopted."
        ],
    },
}

FIRST_SENTENCES = [  # letters, closed, language, the first sentence
    ("ap-", True, "fr", "Le Luxembourg maintenait encore une réserve parlementaire à la clôture."),
    (
        "apa",
        True,
        "en",
        "Luxembourg still had a parliamentary reservation at closing; "
        "if it had been lifted, the text would have been adopted.",
    ),
    (
        "aas",
        True,
        "fr",
        "Les Pays-Bas maintenaient encore une réserve d’examen à la clôture ; "
        "si elle avait été levée, le texte aurait été adopté.",
    ),
    (
        "aa-",
        False,
        "fr",
        "Les Pays-Bas n’ont pas encore fait connaître leur position ; "
        "leur accord ou leur abstention suffit pour que le texte soit adopté.",
    ),
    (
        "a-a",
        False,
        "fr",
        "Le Luxembourg n’a pas encore fait connaître sa position ; "
        "son accord ou son abstention suffit pour que le texte soit adopté.",
    ),
    (
        "a--",
        False,
        "nl",
        "Luxemburg en Nederland hebben nog geen standpunt kenbaar gemaakt; "
        "bij hun instemming of onthouding is de tekst aangenomen.",
    ),
    (
        "x-x",
        False,
        "de",
        "Luxemburg hat noch nicht Stellung genommen; bei Zustimmung ist der Text angenommen.",
    ),
    (
        "bab",
        False,
        "de",
        "Belgien und die Niederlande haben jeweils einen inhaltlichen Vorbehalt eingelegt; "
        "werden diese Vorbehalte aufgehoben, ist der Text angenommen.",
    ),
    (
        "oao",
        False,
        "fr",
        "La Belgique et les Pays-Bas font objection ; si ces objections sont levées, le texte est adopté.",
    ),
    ("aao", False, "en", "The Netherlands objects; if the objection is dropped, the text is adopted."),
    (
        "---",
        True,
        "en",
        "Belgium, Luxembourg and the Netherlands had given no position by closing; "
        "if they had agreed, the text would have been adopted.",
    ),
    (
        "aao",
        True,
        "de",
        "Die Niederlande haben Einspruch erhoben; wäre dieser Einspruch entfallen, wäre der Text angenommen worden.",
    ),
]


WHOLE = [  # letters, closed, language, every sentence
    (
        "opa",
        True,
        "en",
        [
            "Belgium objected.",
            "Luxembourg still had a parliamentary reservation at closing.",
            "If the objection of Belgium had been dropped and the reservation of Luxembourg had been lifted, "
            "the text would have been adopted.",
            "The Netherlands agrees.",
        ],
    ),
    (
        "axx",
        False,
        "nl",
        [
            "België stemt in.",
            "De onthoudingen van Luxemburg en Nederland staan een besluit niet in de weg "
            "(Benelux-Verdrag van 2008, artikel 8).",
        ],
    ),
]


def spaced(sentence: str) -> str:
    """With plain spaces, which a reader of this file can see."""
    return sentence.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letters", GOLDENS)
def test_the_reasoning_in_words(letters: str, language: str) -> None:
    assert [spaced(sentence) for sentence in say(found(letters), language)] == GOLDENS[letters][language]


@pytest.mark.parametrize(("letters", "closed", "language", "sentence"), FIRST_SENTENCES)
def test_the_first_sentence_says_what_matters_most(letters: str, closed: bool, language: str, sentence: str) -> None:
    assert spaced(say(found(letters, closed=closed), language)[0]) == sentence


@pytest.mark.parametrize(("letters", "closed", "language", "sentences"), WHOLE)
def test_several_conditions_after_closing_and_several_abstentions(
    letters: str, closed: bool, language: str, sentences: list[str]
) -> None:
    assert list(say(found(letters, closed=closed), language)) == sentences


def test_french_puts_a_no_break_space_before_colons_and_semicolons() -> None:
    for letters in ("apa", "aaa", "xxx"):
        assert not re.search(r"(?<!\N{NO-BREAK SPACE})[:;]", " ".join(say(found(letters), "fr")))


def test_a_delegation_without_a_name_goes_by_its_code() -> None:
    finding = decide(RULE, ("BE", "XX"), {"BE": LETTERS["a"], "XX": LETTERS["x"]})
    assert spaced(say(finding, "fr")[1]).startswith("L’abstention de XX ne fait pas obstacle")
    assert say(finding, "de")[1].startswith("Die Enthaltung von XX steht")


def test_another_language_is_unknown() -> None:
    with pytest.raises(KeyError):
        say(found("aaa"), "es")


def test_the_four_languages_have_the_same_sentences_with_the_same_places() -> None:
    def places(language: str) -> dict[str, set[str]]:
        words = read(rule_words_text(language), language)
        return {
            f"{part}.{code}": set(re.findall(r"{(\w+)}", forms["one"])) - {"of", "who"}
            for part in ("facts", "after", "conditions")
            for code, forms in words[part].items()
        }

    for language in LANGUAGES:
        assert places(language) == places("en"), language


@pytest.mark.parametrize("language", ["fr", "de"])
def test_a_plural_name_has_its_own_form_wherever_it_governs_a_verb(language: str) -> None:
    words = read(rule_words_text(language), language)
    governed = [forms for part in ("facts", "conditions") for forms in words[part].values()]
    assert all({"plural", "several"} <= forms.keys() for forms in governed if forms["one"].startswith("{who}"))
