"""Vocabulary: the words of every procedure, by which cases can be looked for."""

from workflows import shelf
from workflows.vocabulary import vocabulary


def test_it_knows_the_words_of_every_procedure() -> None:
    known = vocabulary()
    for name in shelf.names():
        procedure = shelf.newest(name)
        assert known.stages >= {*procedure.stages, *procedure.endings}
        assert known.roles >= set(procedure.roles)
    assert known.phases >= {"proposal", "exploration", "consultation", "instrument", "follow_up", "ended"}
    assert "nowhere" not in known.stages
