"""How a domain fares: how many of its addresses failed of late, of how many on the list.

Reads within somebody else's transaction. Must not decide what follows; it remembers what is dear to count.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mailer.bounces import store
from mailer.bounces.decision import DomainHealth
from subscribers import domains

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from mailer.bounces.decision import Policy
    from mailer.bounces.sent import SentMail

_REMEMBERED: Final = dt.timedelta(minutes=10)


@dataclass(slots=True)
class _Memory:
    """What was counted of a domain: how many are listed, and how many failures may pass before it matters."""

    listed: int
    spare: int
    until: dt.datetime


@dataclass
class DomainWatch:
    """Looks at domains, for many findings one after the other."""

    policy: Policy
    _known: dict[str, _Memory] = field(default_factory=dict)

    def look(self, connection: Connection, mail: SentMail, now: dt.datetime) -> DomainHealth:
        """How the domain of a mail that failed fares, this failure included."""
        domain = domains.domain_of(mail.address)
        times = domains.holds(connection, domain)
        if any(each.released_at is None for each in times):
            return DomainHealth(failing=0, listed=0, is_held=True)
        memory = self._known.get(domain)
        if memory is not None and memory.spare > 0 and now < memory.until:
            memory.spare -= 1
            return DomainHealth(failing=1, listed=memory.listed)
        # What failed before somebody looked into it and let it go is settled.
        released = [each.released_at for each in times if each.released_at is not None]
        since, until = self.window(mail)
        failed = store.failing_keys(connection, domain, max([since, *released]), until)
        return self._weigh(connection, domain, len(failed | {mail.address.lower()}), now)

    def window(self, mail: SentMail) -> tuple[dt.datetime, dt.datetime]:
        """When other mails must have been sent for their failures to be the same."""
        days = dt.timedelta(days=self.policy.hold_days)
        return mail.sent_at - days, mail.sent_at + days

    def _weigh(
        self, connection: Connection, domain: str, failing: int, now: dt.datetime
    ) -> DomainHealth:
        if failing < self.policy.hold_least:
            return DomainHealth(failing, failing)
        listed = domains.count_listed(connection, domain)
        # Both counts read much where a domain is large. Before it can matter so many more must fail; as
        # other processes see some of them, half may pass uncounted.
        spare = (math.ceil(self.policy.hold_share * listed) - failing) // 2
        self._known[domain] = _Memory(listed, spare, now + _REMEMBERED)
        return DomainHealth(failing, listed)
