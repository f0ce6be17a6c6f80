"""What leaves no doubt, whatever else stands beside it, by reason: whole idioms of well-known systems."""

from __future__ import annotations

from mailer.bounces.reason import Reason

PHRASES: dict[Reason, str] = {
    Reason.UNREACHABLE: """
        host not found try again | malformed or unexpected name server reply |
        malformed name server reply | unable to resolve route | could not contact dns |
        temporary lookup failure | host lookup did not complete | name service error … try again |
        temporary dns | dns temporary | dns server … temporar
    """,
    Reason.RECIPIENT_REFUSED: """
        not have permission to post | may not exist or you may not have | resolver rst |
        delivery restrictions | only accepts messages from | members only | moderated list |
        moderated group | awaiting moderation | posting to this list | not allowed to post |
        not a member of this list | message held for moderation | recipient only accepts |
        must be a subscriber | subscribers only | group only accepts
    """,
    Reason.USER_UNKNOWN: """
        resolver adr recip | resolver adr exrecip | user unknown in … table |
        recipient not found by smtp address lookup | recipnotfound* | recipientnotfound* |
        recipient address rejected access denied | address is possibly incorrect | userunknown*
    """,
    Reason.NO_MAIL_HOST: """
        null mx | nullmx | indicated no smtp service
    """,
    Reason.HOST_UNKNOWN: """
        account or domain may not exist | unrouteable mail domain | unroutable mail domain |
        all relevant mx records point to non existent hosts
    """,
    Reason.SPAM: """
        contains spam | spam message | spam content | classified as spam | likely unsolicited |
        identified as spam | detected as spam | considered spam | rejected as spam | spam detected
    """,
    Reason.RATE_LIMITED: """
        sending quota | hourly quota | daily quota | message quota | receiving mail too quickly |
        receiving mail at a rate | receiving quota
    """,
    Reason.AUTHENTICATION: """
        required authentication level | not pass dmarc | dmarc policy
    """,
    Reason.HOST_ERROR: """
        unknown mailer error | procmail couldnt create
    """,
}
