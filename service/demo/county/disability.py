"""Disability certificates and the services their holders receive."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import some_day, years_before
from service.demo.county.register import Register

CATEGORIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
GRADES = ("一级", "二级", "三级", "四级")
# Shares: illustrative figures of the domain research.
_CATEGORY_WEIGHTS = (10, 10, 1, 52, 11, 11, 5)
_GRADE_WEIGHTS = (12, 28, 28, 32)
_AGE_SHARES = ((3, 16, 0.03), (16, 60, 0.42), (60, 80, 0.40), (80, 99, 0.15))
_SHARE = 0.027
# A tiny county has more than its share, or planted cases would leave no ordinary holders.
_LEAST = 130


@dataclass(slots=True)
class Certificate:
    """A certificate; `grades` and `statuses` are (earlier month, later month)."""

    person: int
    category: int
    grades: tuple[int, int]
    issued: date
    expires: date
    statuses: tuple[str, str] = ("正常", "正常")

    @property
    def severe(self) -> bool:
        """Return whether the care subsidy MZ09 is open to the holder."""
        return self.grades[1] <= 2 or self.category in {5, 6}


@dataclass(frozen=True, slots=True)
class CareService:
    """A service of the disabled persons' federation."""

    person: int
    kind: str
    provider: str
    start: date
    end: date | None


def draw_certificates(register: Register) -> list[Certificate]:
    """Return certificates of 2.7 % of residents with planted status changes."""
    rng = register.clock.rng("certificates")
    total = max(_LEAST, round(register.residents * _SHARE))
    found: list[Certificate] = []
    for first, past, share in _AGE_SHARES:
        pool = [
            index
            for index in register.living(first, past)
            if register.people[index].number not in register.truth.protected
        ]
        for index in rng.sample(pool, min(len(pool), round(total * share))):
            category = rng.choices(range(1, 8), _CATEGORY_WEIGHTS)[0]
            grade = rng.choices(range(1, 5), _GRADE_WEIGHTS)[0]
            last = register.clock.earlier_start - timedelta(days=30)
            issued = some_day(rng, years_before(last, 9), last)
            issued = max(issued, register.people[index].since)
            found.append(Certificate(index, category, (grade, grade), issued, _ten_years(issued)))
    rng.shuffle(found)
    _plant(register, found, rng)
    return found


def _ten_years(issued: date) -> date:
    """Return the last day of a certificate's ten years."""
    return years_before(issued, -10) - timedelta(days=1)


def _plant(register: Register, found: list[Certificate], rng: random.Random) -> None:
    """Give some certificates another status, an end, a new grade or a first month."""
    clock = register.clock
    stock = iter(found)

    def mark(name: str, what: str, expected: str) -> Certificate:
        cert = next(stock)
        number = register.people[cert.person].number
        register.truth.add(name, number, what, expected)
        register.truth.protect(number)
        return cert

    each = max(1, len(found) // 700)
    for _ in range(each):
        cert = mark("cert_frozen", "certificate 冻结", "suspend disability payments")
        cert.statuses = ("正常", "冻结")
        cert = mark("cert_cancelled", "certificate 注销 in both months", "stopped")
        cert.statuses = ("注销", "注销")
        cert = mark("cert_transferring", "certificate 迁移中", "suspend; ask the federation")
        cert.statuses = ("正常", "迁移中")
        cert = mark("cert_expired", "expired before the later month", "suspend, arrears on renewal")
        cert.issued = years_before(clock.earlier_start, 10) + timedelta(days=rng.randint(1, 25))
        cert.expires = _ten_years(cert.issued)
        cert = mark(
            "cert_regraded", "grade 二级 became 三级 in the later month", "new tier next month"
        )
        cert.grades, cert.category = (2, 3), 4
    for _ in range(max(2, len(found) // 250)):
        cert = mark("cert_new", "issued in the later month", "entitled from the application month")
        cert.issued = clock.start + timedelta(days=rng.randint(1, 12))
        cert.expires = _ten_years(cert.issued)


def draw_services(register: Register, certs: list[Certificate]) -> list[CareService]:
    """Return day and residential care, rehabilitation and home care of certificate holders."""
    rng = register.clock.rng("services")
    providers = {"机构托养": "望竹托养中心", "康复训练": "清箬康复站", "居家安养": "松月助残社"}
    found: list[CareService] = []
    # From the end: the first certificates are the planted ones, services need other holders.
    for turn, cert in enumerate(reversed(certs)):
        if turn >= 12 and rng.random() > 0.08:
            continue
        kind = "康复训练" if register.people[cert.person].age < 16 else "居家安养"
        if cert.severe and rng.random() < 0.6:
            kind = "机构托养"
        start = some_day(rng, date(2022, 1, 1), register.clock.earlier_start)
        end = some_day(rng, start, register.clock.end) if rng.random() < 0.1 else None
        found.append(CareService(cert.person, kind, providers[kind], start, end))
    return found
