"""What people wrote in the case that the letters are about, in each language."""

TITLES = {
    "nl": "Abonnement voor scholieren geldt niet over de grens",
    "fr": "L'abonnement scolaire n'est pas valable de l'autre côté de la frontière",
    "de": "Schülerticket gilt jenseits der Grenze nicht",
    "en": "School season ticket not valid across the border",
}
REASONS = {
    "nl": "Het openbaar vervoer aan beide zijden van de grens is anders geregeld.\n\n"
    "Zie ook het verslag van 20 november.",
    "fr": "Les transports publics sont réglés autrement de chaque côté de la frontière.\n\n"
    "Voir le compte rendu du 20 novembre.",
    "de": "Der Nahverkehr ist beiderseits der Grenze verschieden geregelt.\n\n"
    "Siehe auch das Protokoll vom 20. November.",
    "en": "Public transport is organised differently on each side of the border.\n\n"
    "See also the minutes of 20 November.",
}
QUESTIONS = {
    "nl": ("Hoeveel scholieren reizen dagelijks over de grens?", "Welke vervoerder weigert het abonnement?"),
    "fr": ("Combien d'élèves franchissent la frontière chaque jour ?", "Quel transporteur refuse l'abonnement ?"),
    "de": ("Wie viele Schüler überqueren täglich die Grenze?", "Welches Unternehmen lehnt das Ticket ab?"),
    "en": ("How many pupils cross the border every day?", "Which operator refuses the ticket?"),
}
PEOPLE = {"nl": "Anna Peeters", "fr": "Élodie Lambert", "de": "Jürgen Weiß", "en": "Mary O'Neill"}
