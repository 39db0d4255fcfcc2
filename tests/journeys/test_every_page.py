"""Every page of the demonstration's county, as everybody who may see it: nothing broken, nothing hard to read.

The pages are found by following links from each visitor's first page. Each kind of page is then
opened in the browser, at a desk in Chinese and on a telephone in English and large text, and must
keep every promise. What no link leads to is named here with the reason.
"""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from service.doors.table import DOORS
from service.foundation.encryption import Sealer
from service.foundation.engines.ports import free_port
from tests.journeys.conftest import watched
from tests.journeys.promises import faults_of
from tests.journeys.walking import Kind, Walk, walk
from tests.service.demo.county_run import CountyRun

pytestmark = [pytest.mark.journey, pytest.mark.slow]

NOBODY, RESIDENT = "nobody", "resident"
OFFICERS = (
    "lin.bianzhi",
    "shen.fuhe",
    "qian.fahui",
    "dui.zhangming",
    "shu.juan",
    "zheng.ceyan",
    "shen.jiyuan",
    "guan.liping",
    "an.shouze",
    "xiang.031",
)
STARTS = {
    NOBODY: ["/programmes", "/village", "/burden", "/notices", "/me", "/login"],
    RESIDENT: ["/me/payments"],
}
LOOKED_AT_BY = 1
"""Visitors who look at each kind of page: what a page offers depends on who looks."""

NOT_LED_TO = {
    # For machines, and for who types them in.
    "/healthz", "/metrics",
    # Behind a form: what was asked for comes with it.
    "/me/code", "/me/wrong/right", "/exceptions/preview", "/several-lists", "/several-lists/{key}",
    # Another house's door.
    "/me/province", "/me/province/back", "/me/province/left",
    # Nobody of this county is a guardian who is also the reader, and nothing of these happened in it.
    "/me/others/{place}", "/notices/{number}", "/notices/{number}/object",
    "/objections/{objection_no}", "/account-corrections/{correction_id}",
    "/account-corrections/{correction_id}/rows/{row_id}", "/findings/{finding_no}",
    "/exceptions/assignments/{assignment_no}", "/exceptions/decisions/{decision_no}",
    "/dispatch/recalls/{recall_id}", "/dispatch/recalls/{recall_id}/letter",
    "/dispatch/by-hand/{delivery_id}/proof", "/reconciliation/receipts/{line_id}",
    "/batches/{batch_no}/findings/{control}", "/batches/{batch_no}/instalments",
    "/dispatch/{file_id}/hold", "/reconciliation/lines/{line_id}", "/recoveries/{case_no}",
    "/me/object/line",
    "/rules/{name}", "/rules/{name}/effects.csv", "/rules/{number}/edit",
    "/webhooks/{endpoint_id}",
    "/oversight/samples/{sample_no}", "/oversight/samples/{sample_no}/lines/{drawn}",
    "/oversight/samples/{sample_no}/lines.csv", "/oversight/samples/{sample_no}/population.txt",
}  # fmt: skip
"""Doors that no link of this county leads to; journeys of their own go through them."""


@dataclass
class Visited:
    """The served county, and what was found in it so far."""

    address: str
    passwords: dict[str, str]
    id_number: str
    looks: Counter[Kind] = field(default_factory=Counter)
    doors: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    """A county of two paid months, served as a newcomer would serve it."""
    run = CountyRun(tmp_path_factory.mktemp("county"))
    run.demo()
    # A county served between midnight and one has not had its nightly look yet.
    run.anxin("audit", "queries", "run", "--by", "shen.jiyuan")
    port = free_port()
    environment = run.environment() | {"PYTHONPATH": str(Path.cwd())}
    serving = subprocess.Popen(
        run.command("serve", "--port", str(port)),
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, serving)
        passwords = json.loads((run.home / "keys" / "demo-sign-ins.json").read_text())
        yield Visited(address, passwords, _somebody_paid(run))
    finally:
        serving.terminate()
        serving.wait(60)
        run.stop()


def _wait_for(address: str, serving: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert serving.poll() is None, "the server ended while it was starting"
        try:
            httpx.get(f"{address}/login", timeout=10)
            return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError("the server did not start within three minutes")


def _somebody_paid(run: CountyRun) -> str:
    keys = [
        bytes.fromhex((run.home / "keys" / f"{name}.key").read_text().strip())
        for name in ("field", "index")
    ]
    with run.database() as connection:
        row = connection.execute(
            "SELECT i.value_sealed, i.value_index FROM person_identifiers i "
            "JOIN payments p ON p.payee_person_id = i.person_id "
            "WHERE p.state = 'paid' AND p.programme = 'MZ15' ORDER BY p.id LIMIT 1"
        ).fetchone()
    assert row is not None
    return Sealer(*keys).open(row[0], f"person_identifiers:value:{bytes(row[1]).hex()}")


def _enter(county: Visited, page: Page, visitor: str) -> None:
    if visitor in OFFICERS:
        page.goto("/login")
        page.fill("#username", visitor)
        page.fill("#password", county.passwords[visitor])
        page.click("main button.button")
    if visitor == RESIDENT:
        page.goto("/me")
        page.get_by_role("textbox").fill(county.id_number)
        page.click("main button.button")
        page.get_by_role("textbox").fill(page.locator(".count").inner_text())
        page.click("main button.button")
    page.wait_for_load_state()


@pytest.mark.parametrize("visitor", [NOBODY, RESIDENT, *OFFICERS])
def test_every_page_keeps_the_promises(chromium: Browser, county: Visited, visitor: str) -> None:
    desk = _context(chromium, county, width=1280, language="zh-CN")
    try:
        first = watched(desk.new_page())
        _enter(county, first, visitor)
        found = walk(desk.request, county.address, STARTS.get(visitor, ["/"]))
        assert not found.dead, found.dead
        county.doors |= found.doors
        phone = _context(chromium, county, width=360, language="en", like=desk)
        second = watched(phone.new_page())
        second.goto("/programmes?lang=en")
        second.goto("/programmes?text=large")
        faults = [
            fault
            for address in _to_look_at(county, found)
            for page in (first, second)
            for fault in faults_of(page, address)
        ]
        phone.close()
    finally:
        desk.close()
    assert not faults, "\n".join(faults)


def _to_look_at(county: Visited, found: Walk) -> list[str]:
    chosen = []
    for kind, addresses in found.pages.items():
        if county.looks[kind] < LOOKED_AT_BY:
            chosen.append(addresses[county.looks[kind] % len(addresses)])
            county.looks[kind] += 1
    return chosen


def _context(
    chromium: Browser,
    county: Visited,
    *,
    width: int,
    language: str,
    like: BrowserContext | None = None,
) -> BrowserContext:
    context = chromium.new_context(
        base_url=county.address,
        viewport={"width": width, "height": 800},
        locale=language,
        reduced_motion="reduce",
        storage_state=like.storage_state() if like else None,
    )
    context.set_default_timeout(60_000)
    return context


def test_links_lead_to_every_door(county: Visited) -> None:
    """Last: what everybody together found. A page that nobody can reach is no page."""
    pages = {door.removeprefix("GET ") for door in DOORS if door.startswith("GET /")}
    unseen = {door for door in pages if not door.startswith("/api/")} - county.doors
    assert unseen <= NOT_LED_TO, sorted(unseen - NOT_LED_TO)
