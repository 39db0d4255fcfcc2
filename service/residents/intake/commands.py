"""``anxin sources …``: register where deliveries come from by themselves, and look at what came."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Table

from service.audit.actor import Actor
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.residents.intake.collect import collect
from service.residents.intake.deactivate import deactivate_source
from service.residents.intake.outcome import Outcome
from service.residents.intake.problems import TermsWrong
from service.residents.intake.push.queries import last_completions
from service.residents.intake.queries import every_source, source_by_code
from service.residents.intake.register import register_source, where
from service.residents.intake.rekey import rekey_source

app = typer.Typer(help="Sources that deliver by themselves. 自动报送来源。", no_args_is_help=True)
_BY = Actor(kind="system", id="command line")
_TAKE_SECRET = frozenset({"sftp", "database"})
Code = Annotated[str, typer.Argument(help="Code of the source.")]
SecretFile = Annotated[
    Path | None,
    typer.Option(help="File that holds the password or private key; otherwise it is asked for."),
]


@contextmanager
def _problems_as_sentences(console: Console) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        console.print(f"{problem.sentence_zh} {problem.sentence}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


@app.command("register")
def register(
    terms: Annotated[Path, typer.Argument(help="YAML file with what was agreed; see the guide.")],
    secret_file: SecretFile = None,
    keep_secret: Annotated[
        bool, typer.Option("--keep-secret", help="Change the terms, keep the secret.")
    ] = False,
) -> None:
    """Add a source or change its terms; a password or private key is never in the file. 登记来源。"""
    console = Console()
    with _problems_as_sentences(console):
        content = _content(terms)
        kind = content.get("kind") if isinstance(content, dict) else None
        secret = _secret(secret_file) if kind in _TAKE_SECRET and not keep_secret else None
        with transaction() as session:
            source = register_source(session, content, by=_BY, secret=secret)
        console.print(f"{source.code}: {source.kind}, {', '.join(source.feeds)}", markup=False)


@app.command("list")
def list_all() -> None:
    """Show every source, when it was last looked at, and what that came to. 各来源状态。"""
    console = Console()
    table = Table(title="Sources 报送来源")
    for header in ("code 代码", "kind 方式", "feeds 数据源", "where 位置", "active 启用",
                   "last look 最近采集", "outcome 结果"):  # fmt: skip
        table.add_column(header)
    with _problems_as_sentences(console), transaction() as session:
        pushed = last_completions(session)
        for one in every_source(session):
            at, said = one.last_run_at, one.last_outcome or {}
            if one.id in pushed:
                at, delivery = pushed[one.id]
                said = Outcome(Counter([delivery.state])).as_json()
            table.add_row(
                one.code,
                one.kind,
                ", ".join(one.feeds),
                where(one.terms),
                "yes 是" if one.active else "no 否",
                f"{clock.civil(at):%Y-%m-%d %H:%M}" if at else "–",
                f"{said.get('sentence_zh', '–')} {said.get('sentence', '')}".strip(),
            )
    console.print(table)


@app.command("run")
def run(code: Code) -> None:
    """Look at one source now. 立即采集。"""
    console = Console()
    with _problems_as_sentences(console):
        outcome = collect(code)
    said = outcome.as_json()
    console.print(f"{said['sentence_zh']} {said['sentence']}", markup=False, soft_wrap=True)
    if outcome.code in {"failed", "partly", "refused"}:
        raise typer.Exit(1)


@app.command("deactivate")
def deactivate(code: Code) -> None:
    """Take nothing from a source any more, and forget its secret. 停用来源。"""
    console = Console()
    with _problems_as_sentences(console):
        with transaction() as session:
            deactivate_source(session, code, by=_BY)
        console.print(f"{code}: deactivated 已停用", markup=False)


@app.command("rotate")
def rotate(code: Code, secret_file: SecretFile = None) -> None:
    """Replace a source's password, private key, or public key. 更换密钥。"""
    console = Console()
    with _problems_as_sentences(console):
        with transaction() as session:
            source_by_code(session, code)
        secret = _secret(secret_file)
        with transaction() as session:
            rekey_source(session, code, secret, by=_BY)
        console.print(f"{code}: rotated 已更换", markup=False)


def _content(terms: Path) -> object:
    try:
        return yaml.safe_load(terms.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        raise TermsWrong([("", "the file is not there or is not YAML")]) from None


def _secret(file: Path | None) -> str:
    if file is None:
        return str(typer.prompt("Secret 密码", hide_input=True))
    try:
        return file.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, ValueError):
        raise TermsWrong([("secret-file", "the file is not there or is not text")]) from None
