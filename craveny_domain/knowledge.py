"""Which models may have learnt what came of a session: those that say so of themselves, and ensembles of such.

When one model's knowledge counts as leaking is `contamination`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from craveny_domain.clocks import Session
from craveny_domain.contamination import is_contaminated


@dataclass(frozen=True)
class Knower:
    """What matters of a model: whether it is a rule of ours (which knows nothing of its own), whom it is made of.

    `members` is None for all but ensembles; an empty one is made of every other model that is asked. `active` are
    the spans (from, until or None) of cut-offs for which it is asked, ascending.
    """

    model_name: str
    is_floor: bool
    is_rule: bool
    members: tuple[str, ...] | None
    knowledge_cutoff: date | None
    active: tuple[tuple[datetime, datetime | None], ...]

    def is_active(self, fence: datetime) -> bool:
        """Whether it is asked at a cut-off."""
        return any(since <= fence and (until is None or fence < until) for since, until in self.active)

    def is_part_of(self, ensemble: "Knower", fence: datetime) -> bool:
        """Whether an ensemble is made of it, among others, at a cut-off."""
        is_chosen = not ensemble.members or self.model_name in ensemble.members
        return is_chosen and self.members is None and not self.is_floor and self.is_active(fence)


def contaminated_models(session: Session, fence: datetime, knowers: Sequence[Knower]) -> frozenset[str]:
    """The models whose forecasts of a session, with this cut-off, no verdict may count."""
    asked = [knower for knower in knowers if knower.members is None and not knower.is_rule]
    tainted = [
        knower
        for knower in asked
        if is_contaminated(session, knower.knowledge_cutoff, knower.active[0][0] if knower.active else None)
    ]
    ensembles = (knower for knower in knowers if knower.members is not None)
    mixed = (e.model_name for e in ensembles if any(member.is_part_of(e, fence) for member in tainted))
    return frozenset((*(knower.model_name for knower in tainted), *mixed))
