"""Who joins a campaign between two waves gets the pack that went out last, once. On both databases."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from mailer.app import Workspace
from mailer.approval import service as approval
from mailer.delivery import control
from mailer.delivery.campaign import find_campaign
from mailer.delivery.models import Campaign, CampaignVariant, Delivery
from mailer.packing import errand, newcomers, pack_shelf
from mailer.site import door, letter_desk
from mailer.workspace import lay_down
from subscribers import service, store
from subscribers.address import parse_address
from subscribers.admission import DomainRules
from subscribers.facets import Facet, FacetSet
from subscribers.preferences import Preferences
from subscribers.requests import Wish
from subscribers.self_service import Context, SelfService
from subscribers.visitor import Visitor
from tests.packs import NOON, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mailer.content.pack import Pack

ANN, CAT, DAN = "ann@example.org", "cat@council.example", "dan@council.example"
HEALTH, POLICE = FacetSet("health", frozenset({"wales"})), FacetSet("law-enforcement", frozenset())


@dataclass
class Campaigners:
    """A workspace whose campaign has one subscriber."""

    opened: Workspace

    def send(self, chosen: Pack, segment: str = "everyone", *, published: bool = True) -> int:
        """Freeze a campaign of a pack, and put its page up."""
        made = errand(self.opened, chosen)
        campaign_id = made.begin(made.plan(segment), "clerk")
        if published:
            made.publish()
        return campaign_id

    def joins(self, who: str, facets: FacetSet = HEALTH, *publications: str) -> None:
        """Somebody fills in the form, and presses the button of the letter."""
        self.asks(who, facets, *publications)()

    def asks(self, who: str, facets: FacetSet, *publications: str) -> Callable[[], object]:
        """Somebody fills in the form; gives what presses the button."""
        entrance = door(self.opened)
        wanted = frozenset(publications or ("quickupdates",))
        wish = Wish(
            parse_address(who), "", "", facets, wanted, "Yes.", "en-GB", f"192.0.2.{len(who)}/32"
        )
        entrance.ask(wish, NOON)
        with self.opened.database.read() as connection:
            letters = select(Delivery.payload).where(Delivery.address == who)
            payload = connection.scalar(letters.order_by(Delivery.id.desc()).limit(1))
        number = int(str(payload).split('"names": "')[1].split('"')[0])
        return lambda: entrance.confirm(number, "192.0.2.0/24", NOON)

    def got(self, who: str) -> list[tuple[str, str, str]]:
        """The mails of packs that somebody is to get: its name, the segment and the subject."""
        columns = Campaign.edition, Campaign.segment, CampaignVariant.subject
        query = (
            select(*columns)
            .join(Delivery, Delivery.campaign_id == Campaign.id)
            .join(CampaignVariant, CampaignVariant.id == Delivery.variant_id)
            .where(Delivery.address == who, Campaign.kind == "edition")
        )
        with self.opened.database.read() as connection:
            return [
                (row[0], row[1], row[2]) for row in connection.execute(query.order_by(Delivery.id))
            ]


@pytest.fixture
def campaigners(database_url: str, tmp_path: Path) -> Iterator[Campaigners]:
    lay_down(tmp_path / "workspace", database_url)
    opened = Workspace.open(tmp_path / "workspace")
    service.add(
        opened.database, ANN, facets=HEALTH, publications=frozenset({"quickupdates"}), now=NOON,
        actor="clerk",
    )  # fmt: skip
    yield Campaigners(opened)
    opened.database.dispose()


def test_who_joins_gets_the_pack_that_went_out_last_once(campaigners: Campaigners) -> None:
    campaigners.send(pack())
    subject = "Your pack: update when it asks"
    assert campaigners.got(ANN) == [("quickupdates/software-updates", "everyone", subject)]
    button = campaigners.asks(CAT, HEALTH)
    assert campaigners.got(CAT) == [], "nothing before the button is pressed"
    button()
    button()
    assert campaigners.got(CAT) == [("quickupdates/software-updates", "newcomers", subject)]
    campaigners.joins(DAN)
    opened = campaigners.opened
    with opened.database.read() as connection:
        grown = find_campaign(connection, 3)
        assert (grown.mailing.segment, grown.recipients, grown.total) == ("newcomers", 2, 2)
    plan = errand(opened, pack()).plan("everyone")
    assert plan.total == 0, "nobody is mailed it again"


def test_who_joins_another_publication_gets_no_pack(campaigners: Campaigners) -> None:
    campaigners.send(pack())
    campaigners.joins(CAT, HEALTH, "bulletin")
    assert campaigners.got(CAT) == []


def test_it_is_the_pack_of_the_last_wave(campaigners: Campaigners) -> None:
    campaigners.send(pack())
    campaigners.send(pack(slug="passwords", subject="Three random words"))
    campaigners.joins(CAT)
    assert campaigners.got(CAT) == [("quickupdates/passwords", "newcomers", "Three random words")]


def test_a_pack_that_was_taken_down_or_never_sent_goes_to_nobody(campaigners: Campaigners) -> None:
    campaigners.send(pack())
    errand(campaigners.opened, pack(slug="passwords")).publish()
    pack_shelf(campaigners.opened).take_down("quickupdates/software-updates", "clerk", NOON)
    campaigners.joins(CAT)
    assert campaigners.got(CAT) == []


def test_a_pack_that_the_team_holds_back_goes_to_nobody(campaigners: Campaigners) -> None:
    control.pause(campaigners.opened.database, campaigners.send(pack()))
    campaigners.joins(CAT)
    assert campaigners.got(CAT) == []


def test_what_only_the_team_had_in_safe_mode_goes_to_nobody_until_it_is_approved(
    campaigners: Campaigners, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = campaigners.opened.folder
    monkeypatch.setenv("BULLETIN_SAFE_ALLOW", json.dumps([ANN]))
    campaigners.opened = Workspace.open(folder)
    campaigners.send(pack())
    monkeypatch.setenv("BULLETIN_MODE", "live")
    campaigners.opened = opened = Workspace.open(folder)
    campaigners.joins(CAT)
    assert campaigners.got(CAT) == [], "nobody approved it"
    approved = pack(subject="Your pack, approved")
    proof = errand(opened, approved).proof("everyone")
    approval.submit(opened.database, proof, "ann", NOON)
    approval.approve(opened.database, proof, "bob", NOON)
    campaigners.send(approved)
    campaigners.joins(DAN)
    assert [subject for _, _, subject in campaigners.got(DAN)] == ["Your pack, approved"]
    with opened.database.read() as connection:
        theirs = select(Campaign.approved).where(Campaign.segment == "newcomers")
        assert connection.scalars(theirs).all() == [proof.fingerprint.digest]


def test_a_pack_for_a_segment_goes_to_newcomers_of_that_segment(campaigners: Campaigners) -> None:
    service.add(
        campaigners.opened.database, "first@force.example", facets=POLICE, now=NOON, actor="clerk",
        publications=frozenset({"quickupdates"}),
    )  # fmt: skip
    campaigners.send(pack(), "police")
    campaigners.joins(CAT, HEALTH)
    campaigners.joins(DAN, POLICE)
    assert (campaigners.got(CAT), len(campaigners.got(DAN))) == ([], 1)


def test_a_finished_campaign_of_newcomers_goes_on_with_the_next_and_a_cancelled_one_does_not(
    campaigners: Campaigners,
) -> None:
    campaigners.send(pack())
    campaigners.joins(CAT)
    database = campaigners.opened.database
    with database.write() as connection:
        newest = update(Campaign).where(Campaign.segment == "newcomers")
        connection.execute(newest.values(state="finished"))
    campaigners.joins(DAN)
    with database.read() as connection:
        (row,) = connection.execute(
            select(Campaign.id, Campaign.state).where(Campaign.segment == "newcomers")
        )
    assert row.state == "sending"
    control.cancel(database, row.id, NOON)
    campaigners.joins("eve@council.example")
    assert campaigners.got("eve@council.example") == []


def test_who_subscribes_on_their_own_page_gets_it_too_but_not_during_a_pause(
    campaigners: Campaigners,
) -> None:
    opened = campaigners.opened
    campaigners.send(pack())
    alone = SelfService(opened.database, letter_desk(opened), DomainRules(), newcomers(opened))
    everything = frozenset({"bulletin", "quickupdates"})
    for who in (CAT, DAN):
        campaigners.joins(who, HEALTH, "bulletin")
        with opened.database.read() as connection:
            person = store.find(connection, who)
        assert person
        held = Preferences("", "", "health", frozenset({"wales"}), frozenset({"bulletin"}))
        visitor = Visitor(1, person.id, who, Facet("bulletin", "Bulletin"), held, (), None)
        paused = NOON.date().replace(year=2999) if who == DAN else None
        answers = Preferences("", "", "health", frozenset({"wales"}), everything, paused)
        alone.keep(visitor, answers, everything, "Yes.", Context(NOON, "192.0.2.0/24"))
    assert (len(campaigners.got(CAT)), campaigners.got(DAN)) == (1, [])


def test_many_at_once_get_it_once_each_while_it_is_being_sent(campaigners: Campaigners) -> None:
    campaigners.send(pack())
    people = [f"p{number}@council.example" for number in range(6)]
    buttons = [campaigners.asks(who, HEALTH) for who in people]
    again = errand(campaigners.opened, pack())
    service.add(
        campaigners.opened.database, "late@example.org", facets=HEALTH, now=NOON, actor="clerk",
        publications=frozenset({"quickupdates"}),
    )  # fmt: skip
    plan, ready = again.plan("everyone"), threading.Barrier(len(people) * 2 + 1)

    def at_once(act: Callable[[], object]) -> object:
        ready.wait(20)
        return act()

    acts = [*buttons, *buttons, lambda: again.begin(plan, "clerk")]
    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(at_once, act) for act in acts]:
            done.result(60)
    assert {who: len(campaigners.got(who)) for who in people} == dict.fromkeys(people, 1)
