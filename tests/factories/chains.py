"""A longer chain than the shipped one, put in force, and everybody it takes."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.approvals.chains.chain import Chains
from service.approvals.chains.put import put_text
from service.audit.actor import SYSTEM
from service.officers.models import Officer
from tests.factories.officers import OfficerFactory, Staff

TOWNSHIP = "330523100"
STEPS = """
      - {code: township, zh: 乡镇初审, en: Township first review, duty: reviewer, days: 5,
         each_township: yes}
      - {code: leaders, zh: 部门领导会签, en: Department leaders, duty: reviewer, days: 3,
         people: 2, organisation: 民政局}
      - {code: finance, zh: 财政程序性审核, en: Finance check, duty: reviewer, days: 2,
         organisation: 财政局}
      - {code: sign, zh: 国库签发, en: Treasury signature, duty: signer, kind: sign, days: 2,
         people: 2}
"""
LONG = f"""chains:
  ordinary:
    zh: 一般审批
    en: Ordinary approval
    steps:
      - {{code: review, zh: 部门复核, en: Department review, duty: reviewer, days: 3}}
      - {{code: sign, zh: 财政签发, en: Treasury signature, duty: signer, kind: sign, days: 2}}
  large:
    zh: 大额审批
    en: Large lists
    steps:{STEPS}use:
  - {{chain: large, programmes: [MZ15], from_fen: 20000}}
  - {{chain: ordinary}}
"""


@dataclass(frozen=True)
class LongStaff:
    """One person for each place of the longer chain, and a third leader."""

    maker: Officer
    township: Officer
    leader: Officer
    leader_2: Officer
    leader_3: Officer
    finance: Officer
    signer: Officer
    signer_2: Officer
    reconciler: Officer

    @property
    def staff(self) -> Staff:
        """Return them as the people of the ordinary chain."""
        return Staff(self.maker, self.leader, self.signer, self.reconciler)


def long_staff() -> LongStaff:
    """Hire everybody the longer chain takes."""

    def reviewer(organisation: str, division: str = "") -> Officer:
        made: Officer = OfficerFactory.create(
            duties=["reviewer"], organisation=organisation, division=division
        )
        return made

    return LongStaff(
        maker=OfficerFactory.create(),
        township=reviewer("样例镇人民政府", TOWNSHIP),
        leader=reviewer("县民政局"),
        leader_2=reviewer("县民政局"),
        leader_3=reviewer("县民政局"),
        finance=reviewer("县财政局"),
        signer=OfficerFactory.create(duties=["signer"], organisation="县财政局"),
        signer_2=OfficerFactory.create(duties=["signer"], organisation="县财政局"),
        reconciler=OfficerFactory.create(duties=["reconciler"], organisation="县财政局"),
    )


def long_chain(session: Session) -> Chains:
    """Put the longer chain in force for MZ15 from 200 yuan on; its people must be there already."""
    return put_text(session, LONG, "chains.yaml", by=SYSTEM)
