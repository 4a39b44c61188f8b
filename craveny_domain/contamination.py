"""Whether a model may have learnt what came of a day before it was asked about it."""

from datetime import date, datetime

from craveny_domain.clocks import Session


def is_contaminated(session: Session, knowledge_cutoff: date | None, first_active_at: datetime | None) -> bool:
    """True for a session that closed before the model's knowledge ended.

    Nobody knows where knowledge without a stated end ends: then every session that opened before the model was
    first activated counts, and for one that never was, every session.
    """
    if knowledge_cutoff is not None:
        return session.session_date <= knowledge_cutoff
    return first_active_at is None or session.open_at < first_active_at
