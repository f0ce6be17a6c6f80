"""Whether a sentence announces a date or tells of it, in English and Welsh. Pure.

Knows words that ask for something by a day or say that it is to come, and words of the past. In doubt a
date is told: an article may well speak of last spring.
"""

from __future__ import annotations

import re


def _any(*patterns: str, end: str = "") -> re.Pattern[str]:
    """Any of some patterns, right before the `end`."""
    return re.compile(rf"(?:{'|'.join(patterns)}){end}", re.IGNORECASE)


# An invitation, or something that will happen.
_CALL = _any(
    # "The register", "a book": these are things.
    r"(?<!\bthe )(?<!\ba )(?<!\bour )(?<!\brisk )\bregister\b(?! of\b)",
    r"(?<!\bthe )(?<!\ba )\bbook (?:an?|your|now|by|early|online|places?|here|it)\b",
    # "The rules apply."
    r"(?:^|[.:;!?,–—] ?|\b(?:please|can|must|should|now|and|or|you) )apply\b(?! the\b)",
    r"\bapply (?:by|before|now|online|until|for|here|today|at|via|through)\b",
    r"\b(?:deadline|closing date|closes|submit|nominate|r\.?s\.?v\.?p|sign[ -]up|save the date|drop in)\b",
    r"\b(?:have your say|have until|last chance|don['’]t miss|meet us|join (?:us|our|in)|invite you)\b",
    r"\b(?:come (?:along|and|to|by|on)|(?:reply|respond|answer|enter|order) by)\b",
    r"(?<!great to )(?<!good to )(?<!lovely to )\b(?:see|meet) you (?:on|at|there|in)\b",
    r"\bforward to (?:seeing|meeting|welcoming)\b|\bare (?:all |warmly )?invited\b",
    r"\bclose(?: at \S+)?(?: on)?$|\bplaces (?:must|should|can|are|need)\b",
    r"\b(?:nominations|applications|entries|bookings?|registrations?|submissions|consultation|survey|voting)"
    r" (?:\w+ )?(?:closes?|ends?|opens?|(?:must|should) be)\b",
    r"\b(?:must|should) be (?:booked|received|submitted|sent|returned|made|claimed|with us|in)\b",
    r"\b(?:will|(?:we|they|it|there)['’]ll) (?:all |also |next |again )?(?:take place"
    r"|be (?:held|open|back|at|in|on|there|here|with)|open|start|begin|run|meet|gather|close|end|launch"
    r"|host|hold|return|visit|welcome)\b",
    r"\btakes? place\b|\b(?:open|available) (?:until|till)\b|\bwe are (?:meeting|holding|hosting|running)\b",
    r"\bnext (?:\w+ ){1,3}(?:is|are|takes|starts|will)\b",
    r"\bha(?:s|ve) (?:now )?been (?:extended|moved|postponed|rescheduled|brought forward)"
    r" (?:to|until|till)\b",
    r"\b(?:cofrestrwch|gofrestru|archebwch|ymunwch|gwnewch gais|ymgeisiwch|enwebwch|anfonwch|dewch)\b",
    r"\b(?:cynhelir|bydd|byddwn|ymatebwch|welwn ni chi|dweud eich dweud|ar agor tan|ar gael tan)\b",
    r"(?<!oedd y )\bdyddiad cau\b",
)
# The same when the day follows at once and nothing in the sentence is past.
_RIGHT_BEFORE = _any(
    r"\b(?:is|are) (?:on|until|till)|\bwill\b.*\b(?:on|by|until|till)",
    r"\b(?:is|are) (?:being |now )?(?:held|taking place|planned|scheduled|expected|due)(?: for| on| by)?",
    r"\b(?:opens?|closes?|starts?|begins?|ends?|meets?|runs?|returns?|due)(?: at [\w.:]+)?"
    r"(?: on| by| until| till)?",
    r"\b(?:erbyn|tan|yn cau(?: ar)?)",
    end="$",
)
_ASKING = _any(
    r"^(?:tell|send|get|e-?mail|ring|call|write|let|give|return|complete|vote|enter|order|ask|bring|visit"
    r"|attend|share)\b",
    r"\b(?:please|must|should|needs? to|want to|would like to)\b",
)
_BY = re.compile(r"\b(?:by|before|until|till)(?: [\w.:]+,?(?: on)?)?$", re.IGNORECASE)
# "To be held" and "is planned" are to come.
_UNLESS_PASSIVE = r"(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bbeing )"
_PAST = _any(
    r"\b(?:was|were|had|did|came|went|met|began|ran|took|gave|said|told|found|won|sent|wrote|saw|heard)\b",
    r"\b(?:spoke|brought|built|became|led|since|ago|yesterday|has been|have been|earlier this)\b",
    r"\blast (?:week|month|year|time|spring|summer|autumn|winter)\b",
    r"\b(?:recordings?|minutes of|photos|slides)\b",
    rf"{_UNLESS_PASSIVE}\b(?:held|opened|closed|started|ended|launched|published|announced|attended|visited"
    r"|joined|registered|booked|received|asked|worked|happened|finished|agreed|passed|signed|issued"
    r"|introduced|updated|replied|applied|missed|reported|arrested|moved|celebrated|welcomed|hosted"
    r"|organised|delivered|completed|recorded|decided|submitted|nominated|expired|lapsed|reviewed|revised"
    r"|amended|born|aged)\b",
    r"\b(?:r?oedd|r?oeddent|bu|buom|buont|cafodd|cawsom|cafwyd|daeth|aeth|ers|wedi|llynedd|diwethaf)\b",
    # The ends of Welsh verbs in the past; "gwahodd" is to invite.
    r"\b(?!gwahodd)\w{3,}(?:wyd|odd)\b",
)
# The day is the beginning of something, or the name of a paper.
_TOLD_RIGHT_BEFORE = _any(
    r"\b(?:since|from|dated|after|(?:as|is|are|correct|accurate) at|as of|between|ers|o|ar ôl)",
    rf"{_UNLESS_PASSIVE}\b\w{{2,}}ed (?:on|in|at)",
    r"(?<!morning )(?<!afternoon )(?<!evening )(?<!night )\bof",
    end="(?: the)?$",
)
# It is over and says so, or it comes again every year.
_SAID = _any(
    r"\b(?:is|are|has|have) (?:now )?(?:over(?! [0-9])|past|closed|ended|passed|finished|full)\b",
    r"\((?:now )?closed\)|\b(?:every|each) year\b|\bannually\b|\bbob blwyddyn\b",
)
_CLAUSE_END = re.compile(r"[,;:](?=\s)|[()–—]|\s-\s")


def announces(sentence: str, start: int, end: int) -> bool:
    """Whether the day at `start` to `end` of a sentence is said to be one that is still to come."""
    before, after = " ".join(sentence[:start].split()), " ".join(sentence[end:].split())
    if _SAID.search(f"{before} {after}") or _TOLD_RIGHT_BEFORE.search(before):
        return False
    # What stands nearest to the day, in its own part of the sentence, says what it is.
    for words, is_before in (
        (_CLAUSE_END.split(before)[-1], True),
        (_CLAUSE_END.split(after, maxsplit=1)[0], False),
    ):
        calls = [found.start() for found in _CALL.finditer(words)]
        pasts = [found.start() for found in _PAST.finditer(words)]
        if calls or pasts:
            choose = max if is_before else min
            return bool(calls) and choose(calls + pasts) in calls
    if _PAST.search(before) or _PAST.search(after):
        return False
    asked = _ASKING.search(before) and _BY.search(before)
    called = _CALL.search(before) or _CALL.search(after)
    return bool(asked or called or _RIGHT_BEFORE.search(before))
