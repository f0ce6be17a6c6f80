"""Mails as mail systems return them, for tests of what is done with them."""

from __future__ import annotations

NO_SUCH_USER = "550 5.1.1 <{}>: Recipient address rejected: User unknown in virtual mailbox table"


def report(
    recipient: str,
    *,
    return_path: str = "bulletin@partnerships.example.org",
    said: str = NO_SUCH_USER,
    status: str = "5.1.1",
    returned_headers: str = "",
    number: int = 1,
) -> bytes:
    """A delivery report (RFC 3464) about one recipient, sent to `return_path`."""
    text = f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {return_path}
Subject: Undelivered Mail Returned to Sender
Date: Tue, 13 Oct 2026 09:31:00 +0000
Message-Id: <report-{number}@mx.example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

This is a MIME-encapsulated message.

--=_report
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

<{recipient}>: host mx.example.com said: {said.format(recipient)}

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Tue, 13 Oct 2026 09:30:30 +0000

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said.format(recipient)}

--=_report
Content-Type: text/rfc822-headers

From: The Bulletin <bulletin@partnerships.example.org>
To: {recipient}
Subject: What partners did
{returned_headers}
--=_report--
"""
    return text.encode()


def complaint(recipient: str, *, returned_headers: str = "") -> bytes:
    """A feedback report (RFC 5965) that calls the mail to one recipient abuse."""
    text = f"""\
From: complaints@mailbox.example.net
To: bulletin@partnerships.example.org
Subject: FW: What partners did
Date: Tue, 13 Oct 2026 09:31:00 +0000
Message-Id: <complaint@mailbox.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_report"

--=_report
Content-Type: text/plain; charset=us-ascii

This is an email abuse report for an email message.

--=_report
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: {recipient}

--=_report
Content-Type: message/rfc822

From: The Bulletin <bulletin@partnerships.example.org>
To: {recipient}
Subject: What partners did
{returned_headers}
Hello.
--=_report--
"""
    return text.encode()


def holiday_notice(sender: str, return_path: str) -> bytes:
    """An automatic answer (RFC 3834)."""
    text = f"""\
From: {sender}
To: {return_path}
Subject: Automatic reply: What partners did
Auto-Submitted: auto-replied
Message-Id: <away@mx.example.net>

I am away until Monday.
"""
    return text.encode()


def letter(sender: str, return_path: str) -> bytes:
    """What a person writes."""
    text = f"""\
From: Somebody <{sender}>
To: {return_path}
Subject: A question
Message-Id: <question@mx.example.net>

Could you send me last year's edition, please?
"""
    return text.encode()
