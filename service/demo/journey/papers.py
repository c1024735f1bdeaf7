"""What the people of the journey write: the form, the answers, the findings and the text of the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TITLE = "Triporteurs de livraison arrêtés à la frontière"

CONTENT: Mapping[str, Any] = {
    "situation": (
        "Un triporteur de livraison admis sur la piste cyclable d'un côté de la frontière n'y a plus sa place de "
        "l'autre : chaque pays fixe sa propre largeur. Les livreurs déchargent et rechargent à la frontière, ou "
        "prennent une camionnette."
    ),
    "who_is_hindered": "Les entreprises de livraison établies près de la frontière, leurs livreurs et leurs clients.",
    "how_many": 22,
    "how_often": "Tous les jours ouvrables",
    "provisions": [
        {"country": "BE", "text": "Règles de circulation : largeur admise sur une piste cyclable."},
        {"country": "NL", "text": "Verkeersregels: toegelaten breedte op een fietspad."},
    ],
    "proposal": "Reconnaître dans les trois pays la largeur admise dans l'un d'eux.",
}

QUESTIONS = (
    "Combien de passages compte-t-on par jour, et à quels endroits de la frontière ?",
    "Une démarche a-t-elle déjà été entreprise auprès de l'un des pays ?",
)

ANSWERS = (
    "Environ quarante passages par jour, aux deux ponts sur la rivière et sur la voie verte.",
    "Une lettre au service néerlandais compétent, il y a un an ; elle est restée sans suite.",
)

CRITERIA: Mapping[str, str] = {
    "hinders_cross_border_activity": "Des livraisons quotidiennes sont interrompues à la frontière.",
    "caused_by_rule_or_practice": "Les règles de circulation des pays fixent des largeurs différentes.",
    "no_potential_breach_of_eu_law": "La largeur de ces véhicules n'est pas réglée par le droit de l'Union.",
    "no_court_case_pending": "Aucune procédure n'est en cours, selon la province.",
    "not_already_handled": "Aucun autre dossier ne traite de ce point.",
}

FINDINGS: Mapping[str, tuple[str, str]] = {
    "BE": ("De breedte volgt uit het verkeersreglement; een ministerieel besluit volstaat.", "Verkeersreglement"),
    "LU": ("Aucune largeur n'est fixée : rien n'est à modifier.", "Code de la route"),
    "NL": ("De breedte staat in een algemene maatregel van bestuur; die moet worden gewijzigd.", "Verkeersregels"),
}

QUESTION = "Êtes-vous d'accord que les trois pays reconnaissent la largeur admise dans l'un d'eux ?"

RESERVATION = "Der zuständige Ausschuss der Abgeordnetenkammer muss zuerst gehört werden."
LIFTED = "Der Ausschuss hat zugestimmt."
ADVICE: Mapping[str, str] = {
    "BE-WAL": "La Région demande que les voies vertes soient comprises.",
    "DE-NW": "Nordrhein-Westfalen begrüßt die Regelung und prüft, ob es ihr folgt.",
}

DECISION: Mapping[str, Mapping[str, Any]] = {
    "nl": {
        "title": (
            "Beschikking van het Benelux-Comité van Ministers betreffende de wederzijdse erkenning van de breedte van "
            "driewielige bakfietsen voor bezorging"
        ),
        "articles": [
            {
                "number": "1",
                "heading": "Begrip",
                "text": "In deze beschikking is een driewielige bakfiets een fiets op drie wielen voor goederen.",
            },
            {
                "number": "2",
                "heading": "Erkenning",
                "text": "Een driewielige bakfiets die in een der drie landen op het fietspad wordt toegelaten, wordt "
                "door de beide andere op het fietspad toegelaten.",
            },
            {"number": "3", "heading": None, "text": "Deze beschikking treedt in werking op de dag van aanneming."},
        ],
        "final": True,
    },
    "fr": {
        "title": (
            "Décision du Comité de Ministres Benelux relative à la reconnaissance mutuelle de la largeur des "
            "triporteurs de livraison"
        ),
        "articles": [
            {
                "number": "1",
                "heading": "Notion",
                "text": "Au sens de la présente décision, un triporteur est un cycle à trois roues destiné aux biens.",
            },
            {
                "number": "2",
                "heading": "Reconnaissance",
                "text": "Un triporteur admis sur la piste cyclable dans l'un des trois pays est admis sur la piste "
                "cyclable dans les deux autres.",
            },
            {"number": "3", "heading": None, "text": "La présente décision entre en vigueur le jour de son adoption."},
        ],
        "final": True,
    },
}

MEASURES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "BE": ("Ministerieel besluit over de breedte van driewielige bakfietsen", {"reference": "MB 2026/114"}),
    "LU": ("Code de la route : rien à modifier", {}),
    "NL": ("Wijziging van de verkeersregels over de breedte van bakfietsen", {"reference": "Stb. 2026, 390"}),
}
"""For each country the measure that it takes, and where it can be found once it is there."""

CONCLUSION = "De bakfietsen rijden in de drie landen over de grens; er is niets meer te doen."

PROPOSAL: Mapping[str, str] = {
    "procedure": "benelux-proposal",
    "title": "Aanbeveling over gegevens van lichte voertuigen",
    "text": "De landen wisselen gegevens over lichte voertuigen uit in een vorm die zij samen vaststellen.",
}
WHY = "Het project laat zien dat elk land andere gegevens bijhoudt; zonder één vorm kan niemand ze vergelijken."
TAKEN_OVER = "De werkgroep Vervoer volgt dit project voortaan."
