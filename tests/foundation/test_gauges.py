"""Gauges say what was measured last, and nothing of what is gone."""

import pytest
from prometheus_client import generate_latest

from service.foundation.gauges import Gauge, exposition


def test_what_was_measured_is_told_by_label() -> None:
    gauge = Gauge("anxin_test_late", "Files that are late.", ("bank", "kind"))
    gauge.set(2, "ccb", "reply")
    gauge.set(3, "rural", "reply")
    gauge.set(1, "ccb", "reply")
    assert 'anxin_test_late{bank="ccb",kind="reply"} 1.0' in exposition().decode()
    assert gauge.get("rural", "reply") == 3
    gauge.clear()
    assert "anxin_test_late{" not in exposition().decode()
    with pytest.raises(ValueError, match="anxin_test_late"):
        gauge.set(1, "ccb")


def test_a_gauge_without_labels_is_there_from_the_start() -> None:
    Gauge("anxin_test_denied", "Files denied.")
    told = exposition().decode()
    assert "anxin_test_denied 0.0" in told
    assert generate_latest().decode() in told or "python_info" in told
