"""An honest house: cases are brought to a stage through commands alone, so that every row has its event."""

from __future__ import annotations

from sqlalchemy import select

from service.commands.analyses import WriteAnalysis, write_analysis
from service.commands.measures import RecordMeasure, record_measure
from service.commands.positions import GivePosition, give_position
from service.commands.texts import WriteText, write_text
from service.store.tables import AnalysisRow, ConsultationRow, InstrumentRow, MeasureRow
from tests.service.seeds import House
from workflows.fields import VOTERS

ANALYSES, CONSULTATIONS, INSTRUMENTS, MEASURES = (
    row.__table__ for row in (AnalysisRow, ConsultationRow, InstrumentRow, MeasureRow)
)


class Honest(House):
    """What a house of the seeds puts in place by itself, is done here by whom it is for."""

    __slots__ = ()

    def analyse(self, case: str) -> None:
        """A finding for each Party."""
        for voter in VOTERS:
            write_analysis(WriteAnalysis(case, voter, None, lambda: {"finding": "Wet."}), self.work("secretary"))

    def agree(self, case: str, voters: tuple[str, ...] = VOTERS) -> None:
        """The voters agree in whatever consultation is open."""
        opened, role = self.round_of(case)
        who = "delegate" if role == "delegate" else "office"
        for voter in voters:
            work = self.work(f"{who}_{voter.lower()}")
            give_position(GivePosition(opened, lambda: {"position": "agree"}), work)

    def round_of(self, case: str) -> tuple[str, str]:
        """The id of the open consultation of a case, and the role that it asks."""
        statement = select(CONSULTATIONS).where(CONSULTATIONS.c.case_id == case, CONSULTATIONS.c.open)
        with self.store.reading() as connection:
            row = connection.execute(statement).one()
        return str(row.id), str(row.by_role)

    def write_texts(self, case: str) -> None:
        """Final texts in Dutch and French."""
        said = {"title": "Bus", "articles": [{"number": "1", "text": "De bus mag de grens over."}], "final": True}
        for language in ("nl", "fr"):
            statement = select(INSTRUMENTS.c.id, INSTRUMENTS.c.version).where(INSTRUMENTS.c.case_id == case)
            with self.store.reading() as connection:
                row = connection.execute(statement).one()
            write_text(WriteText(row.id, language, row.version, lambda: said), self.work("secretary"))

    def finish_measures(self, case: str) -> None:
        """Every measure is in force."""
        said = {"state": "in_force", "on": self.now.date().isoformat()}
        with self.store.reading() as connection:
            rows = connection.execute(select(MEASURES).where(MEASURES.c.case_id == case)).all()
        for row in rows:
            record_measure(RecordMeasure(row.id, row.version, lambda: said), self.work("secretary"))
