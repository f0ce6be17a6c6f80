from __future__ import annotations

import re

from mailer.web.metering import Gauge, Meter


def test_answers_are_counted_and_timed() -> None:
    meter = Meter()
    for seconds in (0.004, 0.005, 0.02, 20.0):
        meter.note("/unsubscribe", "GET", 200, seconds)
    meter.note("/unsubscribe", "POST", 503, 0.1)
    text = meter.text(
        [Gauge("bulletin_subscribers", "People.", "status", {"left": 1, "active": 2})]
    )
    assert 'bulletin_requests_total{page="/unsubscribe",method="GET",status="200"} 4' in text
    assert 'bulletin_requests_total{page="/unsubscribe",method="POST",status="503"} 1' in text
    assert 'bulletin_request_seconds_bucket{page="/unsubscribe",le="0.005"} 2' in text
    assert 'bulletin_request_seconds_bucket{page="/unsubscribe",le="0.025"} 3' in text
    assert 'bulletin_request_seconds_bucket{page="/unsubscribe",le="10"} 4' in text
    assert 'bulletin_request_seconds_bucket{page="/unsubscribe",le="+Inf"} 5' in text
    assert 'bulletin_request_seconds_sum{page="/unsubscribe"} 20.129000' in text
    assert (
        'bulletin_subscribers{status="active"} 2\nbulletin_subscribers{status="left"} 1\n' in text
    )


def test_every_line_is_one_that_prometheus_reads() -> None:
    meter = Meter()
    meter.note("/…", "GET", 404, 0.001)
    line = re.compile(r'# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"\\]*",?)+\})? [\d.e+-]+|')
    assert [one for one in meter.text().split("\n") if not line.fullmatch(one)] == []
